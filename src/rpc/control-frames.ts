import { Buffer } from 'node:buffer';
import { Flag, type Role } from '../wire/frame';
import type { Limits } from '../wire/limits';
import { NO_OPTIONS } from '../wire/options';
import { Capability, writeGoaway, writeHello, writePing } from '../wire/payloads';
import { PREFACE } from '../wire/preface';
import type { Environment } from './environment';
import { ownHello } from './handshake';
import type { Outbox } from './outbox';
import { PingGuard } from './ping-guard';
import type { StatusCode } from './status';

/** Nothing is asked of a PING's answer but that it comes. */
const PING_OPAQUE = Buffer.alloc(8);

export interface ControlFramesInit {
  readonly role: Role;
  readonly limits: Limits;
  readonly environment: Environment;
  readonly compressedBytesMin?: number | undefined;
  readonly credentials?: Uint8Array | undefined;
}

/** Writes the frames of stream 0; whatever goes first has the preface before it. */
export class ControlFrames {
  private isPrefaceSent = false;
  private readonly pings: PingGuard;

  constructor(
    private readonly outbox: Outbox,
    private readonly init: ControlFramesInit,
  ) {
    const { pingIntervalMsMin, pingStrikesMax } = init.limits;
    this.pings = new PingGuard(pingIntervalMsMin, pingStrikesMax);
  }

  sendHello(): void {
    this.sendPreface();
    const { role, limits, compressedBytesMin, credentials } = this.init;
    const flags = role === 'server' ? Flag.REPLY : 0;
    const capabilities = compressedBytesMin === undefined ? 0 : Capability.DEFLATE;
    const hello = ownHello(limits, capabilities, credentials);
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

  /** @throws ProtocolError PING_FLOOD */
  answerPing(opaque: Buffer): void {
    this.pings.onPing(this.init.environment.now());
    this.outbox.control((writer) => writePing(writer, opaque, true));
  }

  private sendPreface(): void {
    if (this.isPrefaceSent) return;
    this.isPrefaceSent = true;
    this.outbox.control((writer) => writer.raw(PREFACE));
  }
}
