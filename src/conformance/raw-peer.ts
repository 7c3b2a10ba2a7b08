import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { WireWatch } from './case-record';
import { hex } from './hex';
import { parseFrames, readGoaway, type RawFrame } from './raw-frames';

const PREFACE_BYTES = 8;

/** One end of a real TCP connection that sends whatever bytes a test wants. */
export class RawPeer {
  /** The frames that have come so far, behind the preface. */
  readonly frames: RawFrame[] = [];
  private readonly chunks: Buffer[] = [];
  /** Behind the last whole frame; at first the preface. */
  private rest = Buffer.alloc(0);
  private hasPreface = false;
  private readonly watchers = new Set<() => void>();
  private isEnded = false;
  private isClosed = false;

  /** @param watch told of all bytes */
  constructor(
    readonly socket: Socket,
    private readonly watch?: WireWatch,
  ) {
    socket.on('data', (bytes: Buffer) => {
      this.watch?.came(bytes);
      this.chunks.push(bytes);
      this.parse(bytes);
      this.wake();
    });
    socket.on('error', () => undefined);
    socket.on('end', () => {
      this.isEnded = true;
      this.wake();
    });
    socket.on('close', () => {
      this.isEnded = this.isClosed = true;
      this.wake();
    });
  }

  /** Dial 127.0.0.1. The other end's FIN is not answered until end() or destroy(). */
  static async connect(port: number): Promise<RawPeer> {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    await once(socket, 'connect');
    socket.setNoDelay(true);
    return new RawPeer(socket);
  }

  /** Bytes, or text for hex(). */
  send(bytes: Buffer | string): this {
    const sent = typeof bytes === 'string' ? hex(bytes) : bytes;
    this.watch?.sent(sent);
    this.socket.write(sent);
    return this;
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** All that has come so far. */
  get received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  framesOf(type: number): RawFrame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  /** Every GOAWAY that has come so far. */
  get goaways(): { code: number; lastStream: number; text: string }[] {
    return this.framesOf(8).map(readGoaway);
  }

  /** Until `count` frames of `type` have come. */
  async frame(type: number, count = 1): Promise<RawFrame> {
    const find = (): RawFrame | undefined => this.framesOf(type)[count - 1];
    await this.until(() => this.isEnded || find() !== undefined);
    const found = find();
    if (found === undefined) throw new Error(`the connection ended without frame ${type}`);
    return found;
  }

  /** Until the other end sends no more. */
  async ended(): Promise<void> {
    await this.until(() => this.isEnded);
  }

  /** Until the socket is gone. */
  async closed(): Promise<void> {
    await this.until(() => this.isClosed);
  }

  private parse(bytes: Buffer): void {
    this.rest = Buffer.concat([this.rest, bytes]);
    if (!this.hasPreface && this.rest.length < PREFACE_BYTES) return;
    if (!this.hasPreface) this.rest = this.rest.subarray(PREFACE_BYTES);
    this.hasPreface = true;
    for (const frame of parseFrames(this.rest)) {
      this.frames.push(frame);
      this.rest = this.rest.subarray(16 + frame.length);
    }
  }

  private async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  private wake(): void {
    for (const watcher of this.watchers) watcher();
    this.watchers.clear();
  }
}

/** A server that does to each connection what the test says. */
export class RawServer {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly listener: Server,
    readonly port: number,
  ) {}

  static async listen(
    onPeer: (peer: RawPeer) => void,
    watch?: () => WireWatch,
  ): Promise<RawServer> {
    const listener = createServer({ allowHalfOpen: true });
    listener.listen({ host: '127.0.0.1', port: 0 });
    await once(listener, 'listening');
    const server = new RawServer(listener, (listener.address() as AddressInfo).port);
    listener.on('connection', (socket) => {
      server.sockets.add(socket);
      onPeer(new RawPeer(socket, watch?.()));
    });
    return server;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.listener.close(resolve));
  }
}
