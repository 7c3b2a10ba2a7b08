import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { BALANCES } from '../wallets';
import { callInLoops, echoInLoops } from './call-loop';
import { requireUntyped } from './node-peers';
import { HOST, type NodePeer } from './peer';

/** What is used of the package. */
interface MsgPack {
  Encoder: new () => { encode(value: unknown): Uint8Array };
  decodeMultiStream: (stream: AsyncIterable<Uint8Array>) => AsyncIterable<unknown>;
}

const { Encoder, decodeMultiStream } = requireUntyped('@msgpack/msgpack') as MsgPack;

/** [0, id, method, arguments] and [1, id, error, result]: the msgpack-rpc specification. */
type RequestMessage = readonly [0, number, string, readonly unknown[]];
type ReplyMessage = readonly [1, number, unknown, unknown];

/** MessagePack-RPC by hand on the usual package: a write per message, as its users have it. */
export const msgpackRpc: NodePeer = {
  async serve() {
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => undefined);
      answer(socket).catch(() => socket.destroy());
    });
    server.listen(0, HOST);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },

  async connect(port) {
    const socket = connect({ host: HOST, port, noDelay: true });
    await once(socket, 'connect');
    const call = caller(socket);
    return {
      read: ({ inFlight }, meter) =>
        callInLoops(
          async ({ wallet }) => ({ value: (await call('read', wallet)) as number }),
          inFlight,
          meter,
        ),
      echo: ({ inFlight, bytes }, meter) =>
        echoInLoops((data) => call('echo', data) as Promise<Uint8Array>, inFlight, bytes, meter),
    };
  },
};

async function answer(socket: Socket): Promise<void> {
  const encoder = new Encoder();
  for await (const message of decodeMultiStream(socket)) {
    const [, id, method, [argument]] = message as RequestMessage;
    const result = method === 'echo' ? argument : (BALANCES.get(argument as string) ?? -1);
    socket.write(encoder.encode([1, id, null, result]));
  }
}

function caller(socket: Socket): (method: string, argument: unknown) => Promise<unknown> {
  const pending = new Map<number, (result: unknown) => void>();
  const encoder = new Encoder();
  const read = async () => {
    for await (const message of decodeMultiStream(socket)) {
      const [, id, , result] = message as ReplyMessage;
      pending.get(id)?.(result);
      pending.delete(id);
    }
  };
  void read();
  let lastId = 0;
  return (method, argument) =>
    new Promise((resolve) => {
      pending.set(++lastId, resolve);
      socket.write(encoder.encode([0, lastId, method, [argument]]));
    });
}
