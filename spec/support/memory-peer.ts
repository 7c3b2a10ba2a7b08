import { Buffer } from 'node:buffer';
import type { Server } from '../../src/rpc/index';
import type { TransportSink } from '../../src/rpc/transport';
import { settle } from './fake-environment';
import { hex } from './hex';
import { MemoryTransport, type MemoryPairOptions } from './memory-pair';
import { parseFrames, readGoaway, type RawFrame } from './raw-frames';

const PREFACE_BYTES = 8;

/** A client in memory that sends whatever bytes a test wants: the quick sister of HostilePeer. */
export class MemoryPeer implements TransportSink {
  isEnded = false;
  isClosed = false;
  private readonly chunks: Buffer[] = [];

  private constructor(
    /** This peer's end. */
    readonly transport: MemoryTransport,
    /** The server's end. */
    readonly serverEnd: MemoryTransport,
  ) {
    transport.start(this);
  }

  /** Connected to `server`; nothing has been sent. */
  static connect(server: Server, options: MemoryPairOptions = {}): MemoryPeer {
    const [own, servers] = MemoryTransport.pair(options);
    const peer = new MemoryPeer(own, servers);
    server.accept(servers);
    return peer;
  }

  /** Bytes, or text for hex(); what they lead to has happened when the promise is resolved. */
  async send(bytes: Buffer | string): Promise<void> {
    this.transport.write(typeof bytes === 'string' ? hex(bytes) : bytes);
    await settle();
  }

  get received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** The frames that have come so far, behind the preface. */
  get frames(): RawFrame[] {
    return parseFrames(this.received.subarray(PREFACE_BYTES));
  }

  framesOf(type: number): RawFrame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  get goaways(): { code: number; lastStream: number; text: string }[] {
    return this.framesOf(8).map(readGoaway);
  }

  onBytes(bytes: Buffer, length: number): void {
    this.chunks.push(Buffer.from(bytes.subarray(0, length)));
  }

  onDrained(): void {
    // What it sends is written at once, however much waits.
  }

  onEnded(): void {
    this.isEnded = true;
  }

  onClosed(): void {
    this.isEnded = this.isClosed = true;
  }
}
