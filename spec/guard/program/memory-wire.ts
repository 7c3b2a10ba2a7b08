import { Buffer } from 'node:buffer';
import type { Transport, TransportSink } from '../../../src/rpc/index';

/** As much as a socket reads at a time. */
const CHUNK_BYTES = 65_536;
/** What one end may have written before the other has read: more than any workload does. */
const ROOM_BYTES = 16_777_216;

/**
 * One end of a connection in memory that costs next to nothing, so that what is counted is the code
 * between two sockets: a copy into the network, as the kernel makes it, and one out of it, chunk by
 * chunk, when the loop comes round.
 */
export class MemoryWire implements Transport {
  readonly peer = 'memory';
  readonly identity = { isEncrypted: false, certificateName: undefined };
  readonly unsentBytes = 0;
  private sink: TransportSink | undefined;
  private other!: MemoryWire;
  private readonly sent = Buffer.alloc(ROOM_BYTES);
  private sentBytes = 0;
  private readBytes = 0;
  private readonly chunk = Buffer.alloc(CHUNK_BYTES);
  private isScheduled = false;
  private isPaused = false;
  private isDestroyed = false;

  /** Both ends of one connection. */
  static pair(): [MemoryWire, MemoryWire] {
    const one = new MemoryWire();
    const two = new MemoryWire();
    one.other = two;
    two.other = one;
    return [one, two];
  }

  start(sink: TransportSink): void {
    this.sink = sink;
    this.schedule();
  }

  write(bytes: Buffer): boolean {
    if (this.sentBytes + bytes.length > ROOM_BYTES) throw new Error('the wire is full');
    this.sent.set(bytes, this.sentBytes);
    this.sentBytes += bytes.length;
    this.other.schedule();
    return true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.schedule();
  }

  endWrite(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    setImmediate(() => this.sink?.onClosed(undefined));
    this.other.destroy();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(this.deliver);
  }

  private readonly deliver = (): void => {
    this.isScheduled = false;
    const { sink, other, chunk } = this;
    if (sink === undefined || this.isPaused || this.isDestroyed) return;
    const bytes = Math.min(CHUNK_BYTES, other.sentBytes - other.readBytes);
    if (bytes === 0) return;
    chunk.set(other.sent.subarray(other.readBytes, other.readBytes + bytes));
    other.readBytes += bytes;
    if (other.readBytes === other.sentBytes) other.readBytes = other.sentBytes = 0;
    else this.schedule();
    sink.onBytes(chunk, bytes);
  };
}
