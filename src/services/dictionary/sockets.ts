import { Buffer } from 'node:buffer';
import { createServer, connect, type Server, type Socket } from 'node:net';

// The helpers that the TCP guide asks for, on Node's sockets.

/** The peer closed the connection before it had sent what was expected. */
export class ClosedEarly extends Error {
  override readonly name = 'ClosedEarly';

  constructor(
    readonly receivedBytes: number,
    readonly expectedBytes: number,
  ) {
    super(`the peer closed the connection after ${receivedBytes} of ${expectedBytes} bytes`);
  }
}

/**
 * A socket that listens.
 * @param address an address of this machine; '' for all of them
 * @param port 0 for any
 * @param queueSize connections that may wait to be accepted
 * @throws the system's error: EADDRINUSE, EACCES
 */
export function createTcpServerSocket(
  address: string,
  port: number,
  queueSize: number,
): Promise<Server> {
  // Bytes are read by who wants them: a connection that is only accepted must not drop any.
  const server = createServer({ pauseOnConnect: true });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const host = address === '' ? undefined : address;
    server.listen({ host, port, backlog: queueSize }, () => {
      server.removeListener('error', reject);
      resolve(server);
    });
  });
}

/** A socket that is connected. @throws the system's error: ECONNREFUSED, ENOTFOUND */
export function createTcpClientSocket(address: string, port: number): Promise<Socket> {
  const socket = connect({ host: address, port });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(socket.pause());
    });
  });
}

/**
 * Exactly so many bytes of a paused socket, however TCP has cut them; what comes behind them stays
 * in the socket. One at a time.
 * @throws ClosedEarly when the peer ends first; the socket's error when it is lost
 */
export async function receiveAll(socket: Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let received = 0;
  while (received < length) {
    const chunk = readUpTo(socket, length - received);
    if (chunk !== undefined) {
      chunks.push(chunk);
      received += chunk.length;
    } else if (socket.readableEnded || socket.destroyed) {
      if (socket.errored !== null) throw socket.errored;
      throw new ClosedEarly(received, length);
    } else await readableOrOver(socket);
  }
  return Buffer.concat(chunks, length);
}

/** What is there, but not more than wanted; undefined when nothing is. */
function readUpTo(socket: Socket, lengthMax: number): Buffer | undefined {
  const there = Math.min(socket.readableLength, lengthMax);
  // At the end of the stream read() without a size makes it say 'end'.
  return ((there > 0 ? socket.read(there) : socket.read()) as Buffer | null) ?? undefined;
}

function readableOrOver(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const names = ['readable', 'end', 'close', 'error'];
    const done = () => {
      for (const name of names) socket.removeListener(name, done);
      resolve();
    };
    for (const name of names) socket.on(name, done);
  });
}
