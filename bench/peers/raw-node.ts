import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Meter } from '../meter';
import { HOST, type NodePeer } from './peer';

/** As long as Fio's CALL of ReadBalance with a wallet of 15 characters, and as its END. */
const REQUEST_BYTES = 41;
const REPLY_BYTES = 26;
const REPLIES_MAX = 65_536;
/** The first byte of a connection says what the rest is. */
const COPY = 0xc0;
const CALLS = 0xca;

const requests = Buffer.alloc(REQUEST_BYTES * REPLIES_MAX, 0x51);
const replies = Buffer.alloc(REPLY_BYTES * REPLIES_MAX, numbered(REPLY_BYTES));

/**
 * What Node's sockets can do when nothing is done with the bytes: a reply of the right length for
 * each request, one write for all that a chunk had. No call is looked up, no value is made, and
 * a latency is that of a batch: the oldest request which a chunk answers. Long messages are sent
 * back chunk by chunk, as they come: a copy.
 */
export const rawNode: NodePeer = {
  async serve() {
    const server = createServer({ noDelay: true }, answer);
    server.listen(0, HOST);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },

  connect: (port) =>
    Promise.resolve({
      read: async ({ inFlight }, meter) => exchange(await dial(port, CALLS), inFlight, meter),
      echo: async ({ inFlight, bytes }, meter) =>
        copy(await dial(port, COPY), inFlight, bytes, meter),
    }),
};

async function dial(port: number, firstByte: number): Promise<Socket> {
  const socket = connect({ host: HOST, port, noDelay: true });
  await once(socket, 'connect');
  socket.write(Buffer.of(firstByte));
  return socket;
}

function answer(socket: Socket): void {
  // The client's process ends in the middle of it all.
  socket.on('error', () => undefined);
  socket.once('data', (first) => {
    const rest = first.subarray(1);
    const onChunk =
      first[0] === COPY ? (chunk: Buffer) => copyBack(socket, chunk) : replier(socket);
    if (rest.length > 0) onChunk(rest);
    socket.on('data', onChunk);
  });
}

function copyBack(socket: Socket, chunk: Buffer): void {
  if (socket.write(chunk)) return;
  socket.pause();
  socket.once('drain', () => socket.resume());
}

function replier(socket: Socket): (chunk: Buffer) => void {
  let left = 0;
  return (chunk) => {
    left += chunk.length;
    const count = Math.floor(left / REQUEST_BYTES);
    left -= count * REQUEST_BYTES;
    if (count > 0) socket.write(replies.subarray(0, count * REPLY_BYTES));
  };
}

function exchange(socket: Socket, inFlight: number, meter: Meter): Promise<void> {
  return new Promise((resolve, reject) => {
    const batches: { count: number; begunMs: number }[] = [];
    let left = 0;

    const send = (count: number): void => {
      batches.push({ count, begunMs: performance.now() });
      socket.write(requests.subarray(0, count * REQUEST_BYTES));
    };
    const onReplies = (count: number): void => {
      meter.add(count);
      const nowMs = performance.now();
      let open = count;
      for (let batch = batches[0]; batch !== undefined && open > 0; batch = batches[0]) {
        meter.sample(nowMs - batch.begunMs);
        const answered = Math.min(open, batch.count);
        open -= answered;
        batch.count -= answered;
        if (batch.count === 0) batches.shift();
      }
      if (meter.isStopped) resolve();
      else send(count);
    };
    socket.on('data', (chunk: Buffer) => {
      if (!chunk.equals(replies.subarray(left, left + chunk.length))) {
        reject(new Error('the bytes that came back are not the replies'));
        return;
      }
      left += chunk.length;
      const count = Math.floor(left / REPLY_BYTES);
      left -= count * REPLY_BYTES;
      if (count > 0) onReplies(count);
    });
    failBy(socket, reject);
    send(inFlight);
  });
}

function copy(socket: Socket, inFlight: number, bytes: number, meter: Meter): Promise<void> {
  return new Promise((resolve, reject) => {
    const message = Buffer.alloc(bytes, 7);
    let left = 0;
    socket.on('data', (chunk: Buffer) => {
      left += chunk.length;
      while (left >= bytes) {
        left -= bytes;
        meter.add(1);
        if (meter.isStopped) resolve();
        else socket.write(message);
      }
    });
    failBy(socket, reject);
    for (let i = 0; i < inFlight; i++) socket.write(message);
  });
}

function failBy(socket: Socket, reject: (error: Error) => void): void {
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('the server closed the connection')));
}

function numbered(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, i) => i + 1));
}
