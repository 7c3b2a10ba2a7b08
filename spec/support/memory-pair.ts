import { Buffer } from 'node:buffer';
import type { Transport, TransportSink } from '../../src/rpc/transport';

export interface MemoryPairOptions {
  /** Bytes that the network takes from each end before the other has read them; default 256 KiB. */
  readonly capacityBytes?: number;
  /** Size of the next chunk that is delivered; default: as much as there is, up to 64 KiB. */
  readonly chunkBytes?: () => number;
  /** Whether both ends keep what they have been given, in `received`; default: no. */
  readonly records?: boolean;
}

/** What a chunk's buffer holds once it has been delivered: who keeps it, reads this. */
const SCRIBBLE = 0xee;

/** One direction: what its writer has sent and its reader has not got. */
interface Pipe {
  /** In the network; copies. */
  taken: Buffer[];
  takenBytes: number;
  /** Not yet taken: the writer's own buffers, so one that is used again too soon shows. */
  waiting: Buffer[];
  isEnded: boolean;
  isEndTold: boolean;
}

/**
 * One end of a connection in memory. Bytes arrive asynchronously (setImmediate, chunk by chunk) and
 * the network takes only so much: then write() answers false until the other end has read.
 */
export class MemoryTransport implements Transport {
  /** With `records`: the chunks that this end has been given by the other, in order. */
  readonly received: Buffer[] = [];
  /** How often write() was called. */
  writes = 0;
  isDestroyed = false;
  readonly identity = { isEncrypted: false, certificateName: undefined };
  private sink: TransportSink | undefined;
  /** The test's and the runtime's own wish to read nothing. */
  private isStalled = false;
  private isPaused = false;
  private isClosedTold = false;
  private isScheduled = false;
  private other!: MemoryTransport;
  private readonly out: Pipe = {
    taken: [],
    takenBytes: 0,
    waiting: [],
    isEnded: false,
    isEndTold: false,
  };

  private constructor(
    readonly peer: string,
    private readonly capacityBytes: number,
    private readonly chunkBytes: () => number,
    private readonly records: boolean,
  ) {}

  /** Both ends of one connection: the client's, then the server's. */
  static pair(options: MemoryPairOptions = {}): [MemoryTransport, MemoryTransport] {
    const { capacityBytes = 262_144, chunkBytes = () => 65_536, records = false } = options;
    const one = new MemoryTransport('memory:server', capacityBytes, chunkBytes, records);
    const two = new MemoryTransport('memory:client', capacityBytes, chunkBytes, records);
    one.other = two;
    two.other = one;
    return [one, two];
  }

  get unsentBytes(): number {
    return this.out.waiting.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  start(sink: TransportSink): void {
    this.sink = sink;
    this.schedule();
  }

  write(bytes: Buffer): boolean {
    this.writes++;
    if (this.isDestroyed || this.out.isEnded) return true;
    this.out.waiting.push(bytes);
    this.other.schedule();
    return this.take();
  }

  endWrite(): void {
    this.out.isEnded = true;
    this.other.schedule();
    if (this.other.isDestroyed) setImmediate(() => this.tellClosed(undefined));
  }

  destroy(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    this.out.waiting = [];
    this.out.isEnded = true;
    this.other.schedule();
    setImmediate(() => this.tellClosed(undefined));
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.schedule();
  }

  /** For the test: this end reads nothing until goOn(). */
  stall(): void {
    this.isStalled = true;
  }

  goOn(): void {
    this.isStalled = false;
    this.schedule();
  }

  /** The network fails: both ends lose the connection now, and what was on its way. */
  cut(error: Error = new Error('read ECONNRESET')): void {
    for (const end of [this, this.other]) {
      end.isDestroyed = true;
      setImmediate(() => end.tellClosed(error));
    }
  }

  /** Move what waits into the network, as far as there is room; true when nothing waits. */
  private take(): boolean {
    const { out } = this;
    while (out.waiting.length > 0 && out.takenBytes < this.capacityBytes) {
      const bytes = out.waiting[0]!;
      const taken = Buffer.from(bytes.subarray(0, this.capacityBytes - out.takenBytes));
      out.taken.push(taken);
      out.takenBytes += taken.length;
      if (taken.length === bytes.length) out.waiting.shift();
      else out.waiting[0] = bytes.subarray(taken.length);
    }
    return out.waiting.length === 0;
  }

  private schedule(): void {
    if (this.isScheduled || this.isPaused || this.isStalled || this.sink === undefined) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.deliver();
    });
  }

  private deliver(): void {
    const { sink, other } = this;
    if (sink === undefined || this.isDestroyed || this.isPaused || this.isStalled) return;
    const chunk = other.nextChunk(Math.max(1, this.chunkBytes()));
    if (chunk !== undefined) {
      if (this.records) this.received.push(Buffer.from(chunk));
      sink.onBytes(chunk, chunk.length);
      chunk.fill(SCRIBBLE);
      const hadWaiting = other.out.waiting.length > 0;
      if (other.take() && hadWaiting && !other.isDestroyed) other.sink?.onDrained();
      this.schedule();
      return;
    }
    if (!other.out.isEnded || other.out.isEndTold) return;
    other.out.isEndTold = true;
    sink.onEnded();
    for (const end of [this, other]) {
      if (end.out.isEndTold && end.other.out.isEndTold) end.tellClosed(undefined);
    }
  }

  private nextChunk(bytesMax: number): Buffer | undefined {
    const first = this.out.taken[0];
    if (first === undefined) return undefined;
    const chunk = Buffer.from(first.subarray(0, bytesMax));
    if (chunk.length === first.length) this.out.taken.shift();
    else this.out.taken[0] = first.subarray(chunk.length);
    this.out.takenBytes -= chunk.length;
    return chunk;
  }

  private tellClosed(error: Error | undefined): void {
    if (this.isClosedTold) return;
    this.isClosedTold = true;
    this.isDestroyed = true;
    this.sink?.onClosed(error);
  }
}
