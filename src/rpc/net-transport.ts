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

/**
 * A socket knows its transport, so the listeners are the same for all sockets: functions made for
 * each of them were a sixth of what an idle connection holds.
 */
const TRANSPORT = Symbol('transport');
type Carrier = Socket & { [TRANSPORT]?: NetTransport };

/** A Transport over a TCP (or TLS) socket. */
export class NetTransport implements Transport {
  /** For the listeners. */
  sink: TransportSink | undefined;
  closeError: Error | undefined;
  private owesDrained = false;
  /** The peer's: a socket that has ended does not know them any more. */
  private readonly host: string | undefined;
  private readonly port: number | undefined;

  /**
   * @param socket connected, with allowHalfOpen
   * @param readsByEvent false when the socket reads into one buffer by onRead()
   * @param dialled the peer's address; default: as the socket says
   */
  constructor(
    private readonly socket: Socket,
    private readonly readsByEvent: boolean,
    readonly identity: PeerIdentity = UNKNOWN_PEER,
    dialled?: Address,
  ) {
    (socket as Carrier)[TRANSPORT] = this;
    socket.setNoDelay(true);
    // Without a listener an error before start() would end the process.
    socket.on('error', onError);
    this.host = dialled?.host ?? socket.remoteAddress;
    this.port = dialled?.port ?? socket.remotePort;
  }

  /** Over a socket that a server has accepted. */
  static accepted(socket: Socket): NetTransport {
    const isReading = readInto(socket, shared ?? newReadBuffer(), onRead);
    return new NetTransport(socket, !isReading);
  }

  get peer(): string {
    return peerName(this.host, this.port);
  }

  get unsentBytes(): number {
    return this.socket.writableLength;
  }

  start(sink: TransportSink): void {
    this.sink = sink;
    const { socket } = this;
    if (this.readsByEvent) socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('close', onClose);
    if (!this.readsByEvent) socket.resume();
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

function onRead(this: Carrier, length: number, bytes: Uint8Array): true {
  this[TRANSPORT]?.sink?.onBytes(bytes as Buffer, length);
  return true;
}

function onData(this: Carrier, bytes: Buffer): void {
  this[TRANSPORT]?.sink?.onBytes(bytes, bytes.length);
}

function onEnd(this: Carrier): void {
  this[TRANSPORT]?.sink?.onEnded();
}

function onError(this: Carrier, error: Error): void {
  const transport = this[TRANSPORT];
  if (transport !== undefined) transport.closeError = error;
}

function onClose(this: Carrier): void {
  const transport = this[TRANSPORT];
  transport?.sink?.onClosed(transport.closeError);
}

/**
 * Dial `address` by TCP: every address of a name is tried, IPv6 and IPv4 (RFC 8305).
 * @throws the socket's error; `signal` gives up
 */
export function dialTcp(address: Address, signal: AbortSignal): Promise<Transport> {
  const socket = netConnect({
    host: address.host,
    port: address.port,
    allowHalfOpen: true,
    autoSelectFamily: true,
    onread: { buffer: shared ?? newReadBuffer(), callback: onRead },
  });
  const wrap = () => new NetTransport(socket, false, UNKNOWN_PEER, address);
  return onceConnected(socket, 'connect', signal, wrap);
}

/**
 * The transport of a socket that dials, made by `wrap` when `event` comes.
 * @throws the socket's error; `signal` gives up. By the socket's own option for a signal, functions
 * for six events would stay as long as the connection.
 */
export function onceConnected(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
  wrap: () => Transport,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      const { reason } = signal as { readonly reason: unknown };
      socket.destroy(reason instanceof Error ? reason : new Error('given up'));
    };
    const settle = () => {
      signal.removeEventListener('abort', giveUp);
      socket.off('error', onFailure);
    };
    const onFailure = (error: Error) => {
      settle();
      reject(error);
    };
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('error', onFailure);
    socket.once(event, () => {
      settle();
      resolve(wrap());
    });
  });
}

/** The peer's address, for people. */
export function addressOf(socket: Socket): string {
  return peerName(socket.remoteAddress, socket.remotePort);
}

function peerName(address = 'gone', port = 0): string {
  // A dual-stack socket names an IPv4 peer as an IPv6 address.
  return formatAddress({ host: address.replace(/^::ffff:(?=\d+\.)/i, ''), port });
}

function newReadBuffer(): Buffer {
  return Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
}
