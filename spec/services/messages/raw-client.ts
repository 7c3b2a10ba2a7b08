import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { hex } from '../../support/hex';

const HEADER_BYTES = 14;

/** A client or server that writes bytes by hand, on a real socket. */
export class RawClient {
  isEnded = false;
  private bytes = Buffer.alloc(0);
  private wake: () => void = () => undefined;

  constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      this.wake();
    });
    const end = (): void => {
      this.isEnded = true;
      this.wake();
    };
    socket.on('error', () => undefined);
    socket.on('end', end);
    socket.on('close', end);
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** One that has said OI. */
  static async client(port: number, id: number): Promise<RawClient> {
    const client = await RawClient.connect(port);
    client.send(`0000 ${id.toString(16).padStart(4, '0')} 0000 00000000 00000000`);
    await client.take(HEADER_BYTES);
    return client;
  }

  send(text: string): this {
    this.socket.write(hex(text));
    return this;
  }

  /** So many bytes, in hex, when they have come. */
  async take(count = HEADER_BYTES): Promise<string> {
    await this.until(() => this.isEnded || this.bytes.length >= count);
    if (this.bytes.length < count) throw new Error(`ended after ${this.bytes.toString('hex')}`);
    const taken = this.bytes.toString('hex', 0, count);
    this.bytes = this.bytes.subarray(count);
    return taken;
  }

  /** Until the other side sends no more. */
  ended(): Promise<void> {
    return this.until(() => this.isEnded);
  }

  private async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  destroy(): void {
    this.socket.destroy();
  }
}
