import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Meter } from '../meter';
import { HOST, type Peer } from './peer';

/** As long as Fio's CALL of ReadBalance with a wallet of 15 characters, and as its END. */
const REQUEST_BYTES = 41;
const REPLY_BYTES = 26;
const REPLIES_MAX = 65_536;

const requests = Buffer.alloc(REQUEST_BYTES * REPLIES_MAX, 0x51);
const replies = Buffer.alloc(REPLY_BYTES * REPLIES_MAX, numbered(REPLY_BYTES));

/**
 * What Node's sockets can do when nothing is done with the bytes: a reply of the right length for
 * each request, one write for all that a chunk had. No call is looked up, no value is made, and
 * a latency is that of a batch: the oldest request which a chunk answers.
 */
export const rawNode: Peer = {
  name: 'raw Node',
  warmUpFactor: 1,

  async serve() {
    const server = createServer({ noDelay: true }, answer);
    server.listen(0, HOST);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },

  async connect(port) {
    const socket = connect({ host: HOST, port, noDelay: true });
    await once(socket, 'connect');
    return { readBalances: (inFlight, meter) => exchange(socket, inFlight, meter) };
  },
};

function answer(socket: Socket): void {
  let left = 0;
  socket.on('data', (chunk) => {
    left += chunk.length;
    const count = Math.floor(left / REQUEST_BYTES);
    left -= count * REQUEST_BYTES;
    if (count > 0) socket.write(replies.subarray(0, count * REPLY_BYTES));
  });
  // The client's process ends in the middle of it all.
  socket.on('error', () => undefined);
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
      meter.calls += count;
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
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed the connection')));
    send(inFlight);
  });
}

function numbered(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, i) => i + 1));
}
