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
 *
 * A fragment that comes in several chunks may be put where it belongs at once, by roomFor(): a
 * copy less, 14 % of a 1 MiB echo.
 */
export class MessageAssembly {
  private bytes: Buffer;
  private have = 0;

  /**
   * @param bytesMax longest message taken
   * @param expectedBytes room that is made at the first fragment: no larger than what may be wasted
   */
  constructor(
    private readonly bytesMax: number,
    readonly expectedBytes = 0,
  ) {
    this.bytes = Buffer.alloc(0);
  }

  /** Bytes held so far. */
  get length(): number {
    return this.have;
  }

  /**
   * Where the next fragment of that length belongs: whoever fills it calls add() with it. Undefined
   * when the message would be too long, which add() says.
   */
  roomFor(length: number): Buffer | undefined {
    const total = this.have + length;
    if (total > this.bytesMax) return undefined;
    if (total > this.bytes.length) this.grow(total);
    return this.bytes.subarray(this.have, total);
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
    if (!this.isInPlace(source, start)) {
      if (total > this.bytes.length) this.grow(total);
      source.copy(this.bytes, this.have, start, end);
    }
    this.have = total;
  }

  /** The whole message. */
  take(): Buffer {
    return this.bytes.subarray(0, this.have);
  }

  private isInPlace(source: Buffer, start: number): boolean {
    const { bytes } = this;
    return (
      source.buffer === bytes.buffer && source.byteOffset + start === bytes.byteOffset + this.have
    );
  }

  private grow(needed: number): void {
    const wanted = Math.max(needed, this.bytes.length * 2, 4_096, this.expectedBytes);
    const size = Math.min(wanted, this.bytesMax);
    const larger = Buffer.allocUnsafeSlow(size);
    this.bytes.copy(larger, 0, 0, this.have);
    this.bytes = larger;
  }
}
