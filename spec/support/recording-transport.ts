import type { Buffer } from 'node:buffer';
import type { Transport } from '../../src/rpc/transport';

/** A transport that keeps what is written and sends it when the test says so. */
export class RecordingTransport implements Transport {
  readonly peer = 'wire';
  readonly identity = { isEncrypted: false, certificateName: undefined };
  readonly unsentBytes = 0;
  /** The writes, as text. */
  readonly writes: string[] = [];
  /** Buffers that write() answered false for. */
  readonly kept: Buffer[] = [];
  isBusy = false;
  isEnded = false;

  write(bytes: Buffer): boolean {
    this.writes.push(bytes.toString('latin1'));
    if (this.isBusy) this.kept.push(bytes);
    return !this.isBusy;
  }

  endWrite(): void {
    this.isEnded = true;
  }

  start(): void {
    // Nothing is read.
  }

  pause(): void {
    // Nothing is read.
  }

  resume(): void {
    // Nothing is read.
  }

  destroy(): void {
    this.isEnded = true;
  }
}
