import { Buffer } from 'node:buffer';
import { Flag, type Role } from '../wire/frame';
import type { Limits } from '../wire/limits';
import { NO_OPTIONS } from '../wire/options';
import { writeGoaway, writeHello, writePing } from '../wire/payloads';
import { PREFACE } from '../wire/preface';
import { ownHello } from './handshake';
import type { Outbox } from './outbox';
import type { StatusCode } from './status';

/** Nothing is asked of a PING's answer but that it comes. */
const PING_OPAQUE = Buffer.alloc(8);

/** Writes the frames of stream 0; whatever goes first has the preface before it. */
export class ControlFrames {
  private isPrefaceSent = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly role: Role,
    private readonly limits: Limits,
    private readonly credentials: Uint8Array | undefined,
  ) {}

  sendHello(): void {
    this.sendPreface();
    const flags = this.role === 'server' ? Flag.REPLY : 0;
    const hello = ownHello(this.limits, this.credentials);
    this.outbox.control((writer) => writeHello(writer, hello, flags));
  }

  sendGoaway(code: StatusCode, lastStream: number, drainMs: number, text?: string): void {
    this.sendPreface();
    const options = text === undefined ? NO_OPTIONS : { text };
    this.outbox.control((writer) => writeGoaway(writer, { lastStream, drainMs, options }, code));
  }

  sendPing(): void {
    this.outbox.control((writer) => writePing(writer, PING_OPAQUE, false));
  }

  answerPing(opaque: Buffer): void {
    this.outbox.control((writer) => writePing(writer, opaque, true));
  }

  private sendPreface(): void {
    if (this.isPrefaceSent) return;
    this.isPrefaceSent = true;
    this.outbox.control((writer) => writer.raw(PREFACE));
  }
}
