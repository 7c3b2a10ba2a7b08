import { randomUUID } from 'node:crypto';
import { Client, credentials, Server, type handleUnaryCall } from '@grpc/grpc-js';
import { Reader, Writer } from 'protobufjs/minimal';
import { startPostgres } from '../postgres/own-server';
import { PlainPayments } from '../postgres/payments';
import { inLoops, payOnce } from './call-loop';
import { listen, method, unary } from './grpc-js-calls';
import { asBuffer } from './grpc-js-codecs';
import { HOST, type NodePeer } from './peer';

/** Of both methods: `key` 1, `wallet` 2, `value` 3, `order` 4. */
interface Request {
  readonly key: string;
  readonly wallet: string;
  readonly value: number;
  readonly order: number;
}
/** The order's number, or a status: field 1. */
interface Reply {
  readonly result: number;
}

/**
 * The same payments by gRPC for Node with the same database behind it, as a careful team writes it:
 * keys in the requests, outcomes in the transaction of their effect.
 */
export const grpcJsPayments: NodePeer = {
  async serve() {
    const payments = await PlainPayments.create(await startPostgres());
    const server = new Server();
    server.addService(METHODS, {
      createOrder: answer(({ key, wallet, value }) => payments.createOrder(key, wallet, value)),
      transfer: answer(({ key, order, value, wallet }) =>
        payments.transfer(key, order, value, wallet),
      ),
    });
    return listen(server);
  },

  connect(port) {
    const client = new Client(`${HOST}:${port}`, credentials.createInsecure());
    const calls = {
      createOrder: async (wallet: string, value: number) => {
        const request = { key: randomUUID(), wallet, value, order: 0 };
        return (await unary(client, METHODS.createOrder, request)).result;
      },
      transfer: async (order: number, value: number, wallet: string) => {
        const request = { key: randomUUID(), wallet, value, order };
        return (await unary(client, METHODS.transfer, request)).result;
      },
    };
    return Promise.resolve({
      pay: ({ inFlight }, meter) => inLoops(inFlight, meter, (loop) => payOnce(loop, meter, calls)),
    });
  },
};

function answer(run: (request: Request) => Promise<number>): handleUnaryCall<Request, Reply> {
  return ({ request }, callback) => {
    run(request).then(
      (result) => callback(null, { result }),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  };
}

const REQUEST = [encodeRequest, decodeRequest] as const;
const REPLY = [encodeReply, decodeReply] as const;
const METHODS = {
  createOrder: method('/peer.Payments/CreateOrder', {}, REQUEST, REPLY),
  transfer: method('/peer.Payments/Transfer', {}, REQUEST, REPLY),
};

// ---- as protobufjs' static code generator writes it --------------------------------------------

function encodeRequest({ key, wallet, value, order }: Request): Buffer {
  const writer = Writer.create().uint32(0x0a).string(key).uint32(0x12).string(wallet);
  return asBuffer(writer.uint32(0x18).int64(value).uint32(0x20).int64(order).finish());
}

function decodeRequest(bytes: Buffer): Request {
  const reader = Reader.create(bytes);
  let [key, wallet, value, order] = ['', '', 0, 0];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x0a) key = reader.string();
    else if (tag === 0x12) wallet = reader.string();
    else if (tag === 0x18) value = Number(reader.int64());
    else if (tag === 0x20) order = Number(reader.int64());
    else reader.skipType(tag & 7);
  }
  return { key, wallet, value, order };
}

function encodeReply({ result }: Reply): Buffer {
  return asBuffer(Writer.create().uint32(0x08).int64(result).finish());
}

function decodeReply(bytes: Buffer): Reply {
  const reader = Reader.create(bytes);
  let result = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x08) result = Number(reader.int64());
    else reader.skipType(tag & 7);
  }
  return { result };
}
