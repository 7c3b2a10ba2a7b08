import { Buffer } from 'node:buffer';

/**
 * How many bytes a frame has in all, as far as its first `have` bytes tell: more than `have` when
 * more must come to know or to finish, `have` when the frame is whole.
 * @throws for bytes that no frame begins with
 */
export type SizeOf = (bytes: Buffer, have: number) => number;

/**
 * One frame that comes in pieces. Its head is collected first, then what the head tells, which may
 * tell of more: a frame's first bytes never cause a larger buffer than they ask for, after they
 * have passed every check.
 */
export class PartialFrame {
  /** The frame, once isWhole; its own until clear(). */
  bytes: Buffer;
  private have = 0;
  private wanted: number;
  private readonly head: Buffer;

  constructor(
    private readonly headBytes: number,
    private readonly sizeOf: SizeOf,
  ) {
    this.head = this.bytes = Buffer.alloc(headBytes);
    this.wanted = headBytes;
  }

  get isEmpty(): boolean {
    return this.have === 0;
  }

  get isWhole(): boolean {
    return this.have === this.wanted;
  }

  /** Take what the frame lacks out of a chunk. Returns where the rest begins. @throws as sizeOf() */
  take(chunk: Buffer, from: number, end: number): number {
    let at = from;
    for (;;) {
      const count = Math.min(this.wanted - this.have, end - at);
      chunk.copy(this.bytes, this.have, at, at + count);
      this.have += count;
      at += count;
      if (this.have < this.wanted) return at;
      this.wanted = this.sizeOf(this.bytes, this.have);
      if (this.wanted === this.have) return at;
      this.grow();
    }
  }

  /** Begin another frame; a buffer that was made for this one is let go. */
  clear(): void {
    this.bytes = this.head;
    this.have = 0;
    this.wanted = this.headBytes;
  }

  private grow(): void {
    const bytes = Buffer.allocUnsafeSlow(this.wanted);
    this.bytes.copy(bytes, 0, 0, this.have);
    this.bytes = bytes;
  }
}
