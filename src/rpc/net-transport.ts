import { Buffer } from 'node:buffer';
import { connect as netConnect, type Socket } from 'node:net';
import { readInto } from './accepted-socket';
import { type Address, formatAddress } from './address';
import { UNKNOWN_PEER, type PeerIdentity } from './peer-identity';
import type { Transport, TransportSink } from './transport';

const READ_BUFFER_BYTES = 65_536;
/**
 * What all sockets read into, for nothing is allocated per chunk: one chunk is done with before the next
 * is read. Windows may read into buffers of many sockets at the same time.
 */
const shared = process.platform === 'win32' ? undefined : newReadBuffer();

/** A Transport over a TCP (or TLS) socket. */
export class NetTransport implements Transport {
  private sink: TransportSink | undefined;
  private owesDrained = false;
  private closeError: Error | undefined;

  /**
   * @param socket connected, with allowHalfOpen
   * @param readsByEvent false when the socket reads into one buffer and bytes come by feed()
   */
  constructor(
    private readonly socket: Socket,
    private readonly readsByEvent: boolean,
    readonly peer: string,
    readonly identity: PeerIdentity = UNKNOWN_PEER,
  ) {
    socket.setNoDelay(true);
    // Without a listener an error before start() would end the process.
    socket.on('error', (error) => (this.closeError = error));
  }

  get unsentBytes(): number {
    return this.socket.writableLength;
  }

  start(sink: TransportSink): void {
    this.sink = sink;
    const socket = this.socket;
    if (this.readsByEvent) {
      socket.on('data', (bytes: Buffer) => sink.onBytes(bytes, bytes.length));
    }
    socket.on('end', () => sink.onEnded());
    socket.on('close', () => sink.onClosed(this.closeError));
    if (!this.readsByEvent) socket.resume();
  }

  /** Over a socket that a server has accepted. */
  static accepted(socket: Socket, peer: string): NetTransport {
    const buffer = shared ?? newReadBuffer();
    const isReading = readInto(socket, buffer, (length) => transport.feed(buffer, length));
    const transport = new NetTransport(socket, !isReading, peer);
    return transport;
  }

  /** Bytes from a socket that reads into one buffer. */
  feed(bytes: Buffer, length: number): void {
    this.sink?.onBytes(bytes, length);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  write(bytes: Buffer): boolean {
    const socket = this.socket;
    if (!socket.writable) return true;
    socket.write(bytes, this.onWritten);
    if (socket.writableLength === 0) return true;
    this.owesDrained = true;
    return false;
  }

  endWrite(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private readonly onWritten = (): void => {
    if (this.owesDrained && this.socket.writableLength === 0) {
      this.owesDrained = false;
      this.sink?.onDrained();
    }
  };
}

/**
 * Dial `address` by TCP: every address of a name is tried, IPv6 and IPv4 (RFC 8305).
 * @throws the socket's error; `signal` gives up
 */
export function dialTcp(address: Address, signal: AbortSignal): Promise<Transport> {
  return new Promise((resolve, reject) => {
    let transport: NetTransport | undefined;
    const socket = netConnect({
      host: address.host,
      port: address.port,
      allowHalfOpen: true,
      autoSelectFamily: true,
      signal,
      onread: {
        buffer: shared ?? newReadBuffer(),
        callback: (length: number, bytes: Uint8Array) => {
          transport?.feed(bytes as Buffer, length);
          return true;
        },
      },
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      transport = new NetTransport(socket, false, formatAddress(address));
      resolve(transport);
    });
  });
}

function newReadBuffer(): Buffer {
  return Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
}
