import { type Buffer } from 'node:buffer';
import type { Outlet } from '../../../src/services/messages/delivery';
import { Hub, type HubOptions } from '../../../src/services/messages/hub';
import type { HubLimits } from '../../../src/services/messages/limits';
import { MessageReader } from '../../../src/services/messages/message-reader';
import type { Session } from '../../../src/services/messages/session';
import { hex } from '../../support/hex';

/** What the hub's clock says that the time is. */
export const TIMESTAMP = '5747c0de';

/** An outlet that keeps what it is given, in hex with a space after each field of the header. */
export class Sink implements Outlet {
  unsentBytes = 0;
  isEnded = false;
  isDestroyed = false;
  private sent: Buffer[] = [];

  send(bytes: Buffer): void {
    this.sent.push(bytes);
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isDestroyed = true;
  }

  /** What has come since the last time. */
  take(): string[] {
    return this.sent.splice(0).map(fieldsOf);
  }
}

/** `0003 0000 0001 00000002 5747c0de` and the rest, if any. */
export function fieldsOf(bytes: Buffer): string {
  const text = bytes.toString('hex');
  const [, ...fields] = /^(.{4})(.{4})(.{4})(.{8})(.{8})(.*)$/.exec(text) ?? [];
  return fields.join(' ').trim();
}

/** A hub with a clock that the test turns. */
export class HubBench {
  nowMs = 0;
  readonly log: string[] = [];
  readonly hub: Hub;

  constructor(limits: Partial<HubLimits> = {}) {
    const options: HubOptions = {
      now: () => this.nowMs,
      timestamp: () => parseInt(TIMESTAMP, 16),
      limits,
      log: (line) => this.log.push(line),
    };
    this.hub = new Hub(options);
  }

  connect(): Peer {
    return new Peer(this.hub);
  }

  /** A client that has said OI. */
  client(id: number): Peer {
    const peer = this.connect();
    const origin = id.toString(16).padStart(4, '0');
    peer.send(`0000 ${origin} 0000 00000000 00000000`);
    peer.sink.take();
    return peer;
  }
}

/** A client that writes bytes by hand. */
export class Peer {
  readonly sink = new Sink();
  readonly session: Session;

  constructor(readonly hub: Hub) {
    this.session = hub.open(this.sink);
  }

  send(text: string): this {
    const bytes = hex(text);
    const reader = new MessageReader();
    for (let at = 0; at < bytes.length; at = reader.at) {
      const message = reader.next(bytes, at);
      if (message === undefined) throw new Error(`'${text}' is no whole message`);
      this.hub.receive(this.session, message);
    }
    return this;
  }

  /** Sends and returns what comes back. */
  ask(text: string): string[] {
    this.sink.take();
    this.send(text);
    return this.sink.take();
  }

  received(): string[] {
    return this.sink.take();
  }
}
