import { Buffer } from 'node:buffer';
import { HEADER_SIZE, type FrameHeader, type Role } from './frame';
import { checkHeader, emptyHeader, readHeader } from './header';
import { PartialFrame } from './partial-frame';
import { matchPreface, PREFACE } from './preface';

/**
 * Told of each whole frame. The header is the decoder's own and the bytes are the socket's: both
 * are used again after the call, so what is kept is copied.
 */
export interface FrameSink {
  onFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void;
}

/**
 * Bytes in, frames out: no socket, no timer, no event. A frame that lies whole in a chunk is read
 * where it lies; only one that is cut is copied, into a buffer of exactly its length, after its
 * header has passed every check. Chunks are never put together.
 *
 * push() has three outcomes: frames told to the sink, nothing yet, or a ProtocolError, after
 * which the decoder takes no more.
 */
export class FrameDecoder {
  private readonly header: FrameHeader = emptyHeader();
  private prefaceMatched = 0;
  private readonly cut: PartialFrame;
  private isStopped = false;
  private isPaused = false;
  /** What came while we were paused. */
  private held: Buffer[] = [];

  /** @param receiver which end we are: some frames only the other may send */
  constructor(
    private readonly receiver: Role,
    private readonly sink: FrameSink,
  ) {
    this.cut = new PartialFrame(HEADER_SIZE, (bytes) => this.sizeOf(bytes));
  }

  /** Whether a frame or the preface has begun and its end has not come: there is a limit to that. */
  get isMidFrame(): boolean {
    const inPreface = this.prefaceMatched > 0 && this.prefaceMatched < PREFACE.length;
    return inPreface || !this.cut.isEmpty;
  }

  /** Take nothing more, not even what is left of the chunk that is being decoded. */
  stop(): void {
    this.isStopped = true;
    this.cut.clear();
  }

  /** Tell no frames until resume(), not even those in the chunk that is being decoded. */
  pause(): void {
    this.isPaused = true;
  }

  /** Go on with what came meanwhile. @throws as push() */
  resume(): void {
    this.isPaused = false;
    const held = this.held;
    this.held = [];
    for (const chunk of held) this.push(chunk);
  }

  /**
   * Take the first `length` bytes of a chunk.
   * @throws ProtocolError for the first frame that breaks a rule; frames before it were told
   */
  push(chunk: Buffer, length: number = chunk.length): void {
    if (this.isStopped) return;
    if (this.isPaused) {
      this.held.push(Buffer.from(chunk.subarray(0, length)));
      return;
    }
    let at = 0;
    try {
      if (this.prefaceMatched < PREFACE.length) at = this.preface(chunk, length);
      if (!this.cut.isEmpty) at = this.goOn(chunk, at, length);
      while (this.goesOn() && length - at >= HEADER_SIZE) {
        const header = this.header;
        readHeader(chunk, at, header);
        checkHeader(header, this.receiver);
        const start = at + HEADER_SIZE;
        const end = start + header.length;
        if (end > length) break;
        at = end;
        this.sink.onFrame(header, chunk, start, end);
      }
      if (at < length) this.keep(chunk, at, length);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  /** The sink may stop or pause us from inside onFrame(). */
  private goesOn(): boolean {
    return !this.isStopped && !this.isPaused;
  }

  private preface(chunk: Buffer, length: number): number {
    const before = this.prefaceMatched;
    this.prefaceMatched = matchPreface(before, chunk, 0, length);
    return this.prefaceMatched - before;
  }

  /** What is left of a chunk: the beginning of a frame whose end has not come, or all of it. */
  private keep(chunk: Buffer, at: number, length: number): void {
    if (this.isPaused) this.held.push(Buffer.from(chunk.subarray(at, length)));
    else if (!this.isStopped) this.goOn(chunk, at, length);
  }

  /** Begin or go on with a frame that is cut; returns where the next one begins. */
  private goOn(chunk: Buffer, from: number, length: number): number {
    const at = this.cut.take(chunk, from, length);
    if (!this.cut.isWhole) return at;
    const { bytes } = this.cut;
    this.cut.clear();
    this.sink.onFrame(this.header, bytes, HEADER_SIZE, bytes.length);
    return at;
  }

  private sizeOf(bytes: Buffer): number {
    readHeader(bytes, 0, this.header);
    checkHeader(this.header, this.receiver);
    return HEADER_SIZE + this.header.length;
  }
}
