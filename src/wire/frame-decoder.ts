import { Buffer } from 'node:buffer';
import { HEADER_SIZE, type FrameHeader, type Role } from './frame';
import { checkHeader, emptyHeader, readHeader } from './header';
import { matchPreface, PREFACE } from './preface';

/**
 * Told of each whole frame. The header is the decoder's own and the bytes are the socket's: both
 * are used again after the call, so what is kept is copied.
 */
export interface FrameSink {
  onFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void;
  /**
   * Where to put the payload of a frame that comes in several chunks: header.length bytes, which
   * are given to onFrame() when they are there. Undefined, or no such method: anywhere.
   */
  roomFor?(header: FrameHeader): Buffer | undefined;
}

/**
 * Bytes in, frames out: no socket, no timer, no event. A frame that lies whole in a chunk is read
 * where it lies; only one that is cut is copied, into room of exactly its length, after its header
 * has passed every check. Chunks are never put together, and an idle decoder holds no buffer.
 *
 * push() has three outcomes: frames told to the sink, nothing yet, or a ProtocolError, after
 * which the decoder takes no more.
 */
export class FrameDecoder {
  private readonly header: FrameHeader = emptyHeader();
  private prefaceMatched = 0;
  /** Of a frame whose header is cut: the bytes of it that have come. */
  private head: Buffer | undefined;
  private headHave = 0;
  /** Of a frame whose payload is cut: the room for it, of which `have` bytes are filled. */
  private payload: Buffer | undefined;
  private have = 0;
  private isStopped = false;
  private isPaused = false;
  /** What came while we were paused; made by the first of it. */
  private held: Buffer[] | undefined;

  /** @param receiver which end we are: some frames only the other may send */
  constructor(
    private readonly receiver: Role,
    private readonly sink: FrameSink,
  ) {}

  /** Whether a frame or the preface has begun and its end has not come: there is a limit to that. */
  get isMidFrame(): boolean {
    const inPreface = this.prefaceMatched > 0 && this.prefaceMatched < PREFACE.length;
    return inPreface || this.isCut;
  }

  /** Take nothing more, not even what is left of the chunk that is being decoded. */
  stop(): void {
    this.isStopped = true;
    this.head = this.payload = undefined;
  }

  /** Tell no frames until resume(), not even those in the chunk that is being decoded. */
  pause(): void {
    this.isPaused = true;
  }

  /** Go on with what came meanwhile. @throws as push() */
  resume(): void {
    this.isPaused = false;
    const { held = [] } = this;
    this.held = undefined;
    for (const chunk of held) this.push(chunk);
  }

  /**
   * Take the first `length` bytes of a chunk.
   * @throws ProtocolError for the first frame that breaks a rule; frames before it were told
   */
  push(chunk: Buffer, length: number = chunk.length): void {
    if (this.isStopped) return;
    if (this.isPaused) {
      this.hold(chunk.subarray(0, length));
      return;
    }
    let at = 0;
    try {
      if (this.prefaceMatched < PREFACE.length) at = this.preface(chunk, length);
      if (this.isCut) at = this.goOn(chunk, at, length);
      while (this.goesOn() && length - at >= HEADER_SIZE) {
        const header = this.readHeader(chunk, at);
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
    if (this.isPaused) this.hold(chunk.subarray(at, length));
    else if (!this.isStopped) this.goOn(chunk, at, length);
  }

  private hold(bytes: Buffer): void {
    (this.held ??= []).push(Buffer.from(bytes));
  }

  private get isCut(): boolean {
    return this.head !== undefined || this.payload !== undefined;
  }

  /** Begin or go on with a frame that is cut; returns where the next one begins. */
  private goOn(chunk: Buffer, from: number, length: number): number {
    const at = this.payload === undefined ? this.beginCut(chunk, from, length) : from;
    const { payload } = this;
    if (payload === undefined) return at;
    const count = Math.min(payload.length - this.have, length - at);
    chunk.copy(payload, this.have, at, at + count);
    this.have += count;
    if (this.have < payload.length) return at + count;
    this.payload = undefined;
    this.sink.onFrame(this.header, payload, 0, payload.length);
    return at + count;
  }

  /** Read a header that may be cut too; when it is whole, make room for its payload. */
  private beginCut(chunk: Buffer, from: number, length: number): number {
    let at = from;
    if (this.head === undefined && length - from >= HEADER_SIZE) {
      this.readHeader(chunk, from);
      at += HEADER_SIZE;
    } else {
      this.head ??= Buffer.alloc(HEADER_SIZE);
      const count = Math.min(HEADER_SIZE - this.headHave, length - from);
      chunk.copy(this.head, this.headHave, from, from + count);
      this.headHave += count;
      at += count;
      if (this.headHave < HEADER_SIZE) return at;
      this.readHeader(this.head, 0);
      this.head = undefined;
      this.headHave = 0;
    }
    const { header } = this;
    this.payload = this.sink.roomFor?.(header) ?? Buffer.allocUnsafeSlow(header.length);
    this.have = 0;
    return at;
  }

  private readHeader(bytes: Buffer, at: number): FrameHeader {
    readHeader(bytes, at, this.header);
    checkHeader(this.header, this.receiver);
    return this.header;
  }
}
