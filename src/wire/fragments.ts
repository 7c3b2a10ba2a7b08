import { Buffer } from 'node:buffer';
import { FRAME_BYTES_MAX } from './limits';
import { ProtocolError } from './protocol-error';

/** Bytes of the fragment that begins at `offset`: as much as a frame takes. */
export function fragmentLength(messageLength: number, offset: number): number {
  return Math.min(messageLength - offset, FRAME_BYTES_MAX);
}

/**
 * Puts the fragments of one message together. The buffer grows by doubling and never beyond the
 * limit, so a million fragments of one byte cost a million bytes and not a million objects.
 */
export class MessageAssembly {
  private bytes: Buffer;
  private have = 0;

  /** @param bytesMax longest message taken */
  constructor(private readonly bytesMax: number) {
    this.bytes = Buffer.alloc(0);
  }

  /** Bytes held so far. */
  get length(): number {
    return this.have;
  }

  /** @throws ProtocolError MESSAGE_TOO_LONG before anything is allocated for it */
  add(source: Buffer, start: number, end: number): void {
    const total = this.have + end - start;
    if (total > this.bytesMax) {
      throw new ProtocolError(
        'MESSAGE_TOO_LONG',
        `a message of ${total} bytes and more; at most ${this.bytesMax} are taken`,
      );
    }
    if (total > this.bytes.length) this.grow(total);
    source.copy(this.bytes, this.have, start, end);
    this.have = total;
  }

  /** The whole message. */
  take(): Buffer {
    return this.bytes.subarray(0, this.have);
  }

  private grow(needed: number): void {
    const size = Math.min(Math.max(needed, this.bytes.length * 2, 4_096), this.bytesMax);
    const larger = Buffer.allocUnsafeSlow(size);
    this.bytes.copy(larger, 0, 0, this.have);
    this.bytes = larger;
  }
}
