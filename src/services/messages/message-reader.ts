import type { Buffer } from 'node:buffer';
import { PartialFrame } from '../../wire/partial-frame';
import type { Message } from './message';
import { decodeMessage, HEADER_BYTES, sizeOfMessage } from './message-codec';

/**
 * Bytes in, messages out. TCP cuts and joins messages as it likes: the header is read first, then
 * what it says that follows. Messages are short, so each is put together in a buffer, also one that
 * lies whole in a chunk.
 */
export class MessageReader {
  /** Where the next message begins in the chunk that was read last. */
  at = 0;
  private readonly partial = new PartialFrame(HEADER_BYTES, sizeOfMessage);

  /** Whether a message has begun and its end has not come. */
  get isMidMessage(): boolean {
    return !this.partial.isEmpty;
  }

  /**
   * The message whose end comes first in the chunk from `from` on; undefined when none ends there.
   * @throws UnknownType, after which nothing more can be read
   */
  next(chunk: Buffer, from: number): Message | undefined {
    this.at = this.partial.take(chunk, from, chunk.length);
    if (!this.partial.isWhole) return undefined;
    const message = decodeMessage(this.partial.bytes);
    this.partial.clear();
    return message;
  }
}
