import { Buffer } from 'node:buffer';
import { Flag } from '../wire/frame';
import { NO_OPTIONS } from '../wire/options';
import { Capability, writeGoaway, writeHello, writePing } from '../wire/payloads';
import { PREFACE } from '../wire/preface';
import type { ConnectionSettings } from './connection-owner';
import { ownHello } from './handshake';
import type { Outbox } from './outbox';
import { PingGuard } from './ping-guard';
import type { StatusCode } from './status';

/** Nothing is asked of a PING's answer but that it comes. */
const PING_OPAQUE = Buffer.alloc(8);

/** Writes the frames of stream 0; whatever goes first has the preface before it. */
export class ControlFrames {
  private isPrefaceSent = false;
  /** Made by the first PING: most connections never see one. */
  private pings: PingGuard | undefined;

  constructor(
    private readonly outbox: Outbox,
    private readonly settings: ConnectionSettings,
  ) {}

  /** @param credentials client: who we are */
  sendHello(credentials?: Uint8Array): void {
    this.sendPreface();
    const { role, limits, compressedBytesMin } = this.settings;
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
    const { environment, limits } = this.settings;
    this.pings ??= new PingGuard(limits.pingIntervalMsMin, limits.pingStrikesMax);
    this.pings.onPing(environment.now());
    this.outbox.control((writer) => writePing(writer, opaque, true));
  }

  private sendPreface(): void {
    if (this.isPrefaceSent) return;
    this.isPrefaceSent = true;
    this.outbox.control((writer) => writer.raw(PREFACE));
  }
}
