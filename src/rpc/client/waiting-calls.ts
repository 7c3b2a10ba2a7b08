import type { Environment, Timer } from '../environment';
import { RpcError, StatusCode } from '../status';
import type { ClientCall } from './call';

/** What those that wait need of their channel. */
export interface WaitingHost {
  /** Why there is no connection, now. */
  unreachable(): RpcError;
  /** Whether there is one that calls may wait for room on. */
  readonly isConnected: boolean;
  /** Nobody waits any more. */
  onNobody(): void;
}

interface Waiting {
  readonly call: ClientCall;
  readonly sinceMs: number;
}

/**
 * Calls that wait for a connection or for room on one, in order. Bounded in length. Without a
 * connection each waits so long and no longer, and all of them equally long, so one timer for the
 * oldest is enough. Who waits for room on a connection that lives waits like those who have found
 * some: for calls to end, as long as its own time limit says.
 */
export class WaitingCalls {
  private queue: Waiting[] = [];
  private timer: Timer | undefined;
  /** There was a connection until then. */
  private connectedMs = 0;

  constructor(
    private readonly environment: Environment,
    private readonly callsMax: number,
    private readonly waitMsMax: number,
    private readonly host: WaitingHost,
  ) {}

  /** Whether nobody waits; calls that are over meanwhile are forgotten. */
  get isEmpty(): boolean {
    while (this.queue[0]?.call.isOver === true) this.queue.shift();
    if (this.queue.length > 0) return false;
    this.stopTimer();
    return true;
  }

  /** False when the queue is full: the call has failed then. */
  add(call: ClientCall): boolean {
    if (this.queue.length >= this.callsMax) this.keep(({ call: one }) => !one.isOver);
    if (this.queue.length >= this.callsMax) {
      const text = `${this.callsMax} calls are waiting for a connection already`;
      call.fail(new RpcError(StatusCode.RESOURCE_EXHAUSTED, text, { mayHaveActed: false }));
      return false;
    }
    this.queue.push({ call, sinceMs: this.environment.now() });
    this.watch();
    return true;
  }

  /** The oldest; it must not be empty. */
  shift(): ClientCall | undefined {
    const first = this.queue.shift();
    // An array that was filled once keeps its room.
    if (this.queue.length === 0) this.queue = [];
    return first?.call;
  }

  /** The connection is gone: from now on the time without one counts. */
  onConnectionLost(): void {
    this.connectedMs = this.environment.now();
  }

  /** There is no hope for now: those that did not ask to wait for it fail. */
  failImpatient(): void {
    this.fail(({ call }) => !call.waitForReady, this.host.unreachable());
  }

  failAll(error: RpcError): void {
    this.fail(() => true, error);
  }

  private fail(which: (waiting: Waiting) => boolean, error: RpcError): void {
    const failed = this.queue.filter(which);
    if (failed.length === 0) return;
    this.keep((waiting) => !which(waiting));
    for (const { call } of failed) call.fail(error);
    this.settleEmpty();
  }

  private keep(which: (waiting: Waiting) => boolean): void {
    this.queue = this.queue.filter(which);
  }

  private settleEmpty(): void {
    if (this.isEmpty) this.host.onNobody();
  }

  private watch(): void {
    const oldest = this.queue[0];
    if (this.timer !== undefined || oldest === undefined) return;
    const delayMs = Math.max(0, this.untilMs(oldest) - this.environment.now());
    this.timer = this.environment.setTimer(
      delayMs,
      () => {
        this.timer = undefined;
        const nowMs = this.environment.now();
        if (this.host.isConnected) this.connectedMs = nowMs;
        this.fail((waiting) => this.untilMs(waiting) <= nowMs, this.host.unreachable());
        this.watch();
      },
      true,
    );
  }

  /** When it has waited long enough. */
  private untilMs({ sinceMs }: Waiting): number {
    return Math.max(sinceMs, this.connectedMs) + this.waitMsMax;
  }

  private stopTimer(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }
}
