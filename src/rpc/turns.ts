import type { ByteWriter } from '../wire/byte-writer';

/** Full frames of one long message, 2 MiB, before another that has begun goes on. */
const TURN_FRAMES_MAX = 32;

/** What a source of DATA has after a frame. */
export enum Next {
  /** Nothing that may be sent now. */
  NOTHING,
  /** Another message. */
  MESSAGE,
  /** The rest of the message that has begun. */
  REST,
}

/** Somebody with DATA to send, such as a stream that has credit. */
export interface DataSource {
  /** Write one frame; answer what may follow. */
  writeFrame(writer: ByteWriter): Next;
}

/**
 * Who sends DATA next. All take turns, one frame each, but for the rests of long messages: of those the
 * first goes to its end before the next one goes on. So the other end has a whole message to work on
 * instead of many halves, and what is copied is still in the processor's cache: 8 % more 1 MiB echoes a
 * second, and half as many again together with credit that comes at once (docs/decisions/0011).
 */
export class Turns {
  private readonly waiting = new Set<DataSource>();
  /** Those in the middle of a message; made by the first one. */
  private begun: Set<DataSource> | undefined;
  /** Of the first of them. */
  private turnFrames = 0;
  private wasPassedOver = false;

  get isEmpty(): boolean {
    return this.waiting.size === 0 && (this.begun === undefined || this.begun.size === 0);
  }

  /** @param hasBegun a message that had to stop: its rest goes before others that have begun */
  add(source: DataSource, hasBegun: boolean): void {
    if (this.begun?.has(source) === true) return;
    if (hasBegun) this.begun = new Set([source, ...(this.begun ?? [])]);
    else this.waiting.add(source);
  }

  delete(source: DataSource): void {
    this.waiting.delete(source);
    if (this.begun?.delete(source) === true) this.turnFrames = 0;
  }

  clear(): void {
    this.waiting.clear();
    this.begun = undefined;
  }

  /** One frame of who waits the longest, if anybody does. */
  writeFrame(writer: ByteWriter): boolean {
    for (const source of this.waiting) {
      this.waiting.delete(source);
      this.addAgain(source, source.writeFrame(writer));
      return true;
    }
    return false;
  }

  /** There is no room left: whether a message that has begun is to go on all the same. */
  isRestDue(): boolean {
    this.wasPassedOver = !this.wasPassedOver;
    return !this.wasPassedOver;
  }

  /** One frame of a message that has begun, if there is one. */
  writeRest(writer: ByteWriter): boolean {
    for (const source of this.begun ?? []) {
      const next = source.writeFrame(writer);
      if (next === Next.REST && ++this.turnFrames < TURN_FRAMES_MAX) return true;
      this.delete(source);
      this.addAgain(source, next);
      return true;
    }
    return false;
  }

  private addAgain(source: DataSource, next: Next): void {
    if (next === Next.MESSAGE) this.waiting.add(source);
    else if (next === Next.REST) (this.begun ??= new Set()).add(source);
  }
}
