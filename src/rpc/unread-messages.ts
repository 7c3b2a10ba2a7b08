import { ProtocolError } from '../wire/protocol-error';
import type { HeldBytes } from './held-bytes';

/**
 * What a stream holds of the messages that have come and that the application has not taken:
 * what they cost in credit, and what they have grown by when they were inflated. They are taken
 * in the order in which they came.
 */
export class UnreadMessages {
  private count = 0;
  private bytes = 0;
  /** Made by the first compressed one. */
  private inflatedBytes: number[] | undefined;

  constructor(private readonly held: HeldBytes) {}

  /** @throws ProtocolError MEMORY_EXHAUSTED */
  add(costBytes: number, inflatedBytes: number): void {
    const bytes = costBytes + inflatedBytes;
    if (!this.held.take(bytes)) {
      throw new ProtocolError('MEMORY_EXHAUSTED', 'the connection holds too much unread');
    }
    if (inflatedBytes > 0) this.inflatedBytes ??= new Array<number>(this.count).fill(0);
    this.inflatedBytes?.push(inflatedBytes);
    this.count++;
    this.bytes += bytes;
  }

  /** The oldest was taken. */
  take(costBytes: number): void {
    const bytes = costBytes + (this.inflatedBytes?.shift() ?? 0);
    this.count--;
    this.bytes -= bytes;
    this.held.give(bytes);
  }

  /** The call is over: what is unread is the application's own from here on. */
  drop(): void {
    this.held.give(this.bytes);
    this.bytes = this.count = 0;
    this.inflatedBytes = undefined;
  }
}
