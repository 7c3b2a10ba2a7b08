import { channel } from 'node:diagnostics_channel';
import type { Role } from '../wire/frame';
import type { MethodKind } from './method';
import type { RpcError } from './status';

// What the runtime tells whoever listens, by node:diagnostics_channel: docs/OBSERVABILITY.md. An
// event that nobody has subscribed to costs one look at a flag, and no object is made for it.

/**
 * One call, told when it starts and, as the same object, when it ends: a subscriber may keep what
 * belongs to it in a WeakMap. Several tries of one call are several events.
 */
export interface CallEvent {
  /** `wallet.Wallet/ReadBalance` */
  readonly method: string;
  readonly kind: MethodKind;
  /** Server: the client's address. */
  readonly peer: string | undefined;
  /** Server: who the client is, when that is known. */
  readonly caller: string | undefined;
  /** When it started, in milliseconds of the environment's monotonic clock. */
  readonly startedMs: number;
  /** Set when it ends: how long it took. */
  durationMs: number | undefined;
  /** Set when it ends with an error. */
  error: RpcError | undefined;
}

/** A connection that was made or accepted, or that has ended. */
export interface ConnectionEvent {
  readonly role: Role;
  /** The other end's address. */
  readonly peer: string;
  /** Closed: why, unless this end wanted it. */
  readonly error: RpcError | undefined;
}

/** A peer has broken a rule of the protocol, and its connection ends. */
export interface ViolationEvent {
  readonly role: Role;
  readonly peer: string;
  /** The rule's name in docs/PROTOCOL.md §13: `FRAME_TOO_LONG`. */
  readonly violation: string;
  readonly text: string;
}

/** The names of the events. */
export const DIAGNOSTICS = {
  clientCallStart: 'fio:client:call:start',
  clientCallEnd: 'fio:client:call:end',
  serverCallStart: 'fio:server:call:start',
  serverCallEnd: 'fio:server:call:end',
  connectionOpen: 'fio:connection:open',
  connectionClose: 'fio:connection:close',
  violation: 'fio:protocol:violation',
} as const;

/** The two channels of the calls of one end. */
export class CallEvents {
  private readonly starts;
  private readonly ends;

  constructor(start: string, end: string) {
    this.starts = channel(start);
    this.ends = channel(end);
  }

  get isObserved(): boolean {
    return this.starts.hasSubscribers || this.ends.hasSubscribers;
  }

  /** @param client the peer of a server's call */
  start(
    method: string,
    kind: MethodKind,
    startedMs: number,
    client?: Pick<CallEvent, 'peer' | 'caller'>,
  ): CallEvent {
    const event: CallEvent = {
      method,
      kind,
      peer: client?.peer,
      caller: client?.caller,
      startedMs,
      durationMs: undefined,
      error: undefined,
    };
    this.starts.publish(event);
    return event;
  }

  end(event: CallEvent, nowMs: number, error: RpcError | undefined): void {
    event.durationMs = nowMs - event.startedMs;
    event.error = error;
    this.ends.publish(event);
  }
}

export const clientCalls = new CallEvents(DIAGNOSTICS.clientCallStart, DIAGNOSTICS.clientCallEnd);
export const serverCalls = new CallEvents(DIAGNOSTICS.serverCallStart, DIAGNOSTICS.serverCallEnd);

const opens = channel(DIAGNOSTICS.connectionOpen);
const closes = channel(DIAGNOSTICS.connectionClose);
const violations = channel(DIAGNOSTICS.violation);

/** Whose peer is named only when somebody listens. */
type Peered = Pick<ConnectionEvent, 'peer'>;

export function tellOpened(role: Role, connection: Peered): void {
  if (opens.hasSubscribers) opens.publish({ role, peer: connection.peer, error: undefined });
}

export function tellClosed(role: Role, connection: Peered, error: RpcError | undefined): void {
  if (closes.hasSubscribers) closes.publish({ role, peer: connection.peer, error });
}

export function tellViolation(role: Role, peer: string, violation: string, text: string): void {
  if (violations.hasSubscribers) violations.publish({ role, peer, violation, text });
}
