import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  type handleUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { Reader, Writer } from 'protobufjs/minimal';
import { BALANCES } from '../wallets';
import { callInLoops, type ReadBalance } from './call-loop';
import { HOST, type Peer } from './peer';

interface Request {
  readonly wallet: string;
}
interface Reply {
  readonly value: number;
}

const PATH = '/wallet.Wallet/ReadBalance';
const READY_MS_MAX = 5_000;

/**
 * gRPC for Node in its fastest form: codecs as protobufjs' static code generator writes them
 * (here by hand), not the ones that its loader makes from a .proto at run time.
 */
export const grpcJs: Peer = {
  name: 'grpc-js',
  warmUpFactor: 1.75,

  async serve() {
    const server = new Server();
    const readBalance: handleUnaryCall<Request, Reply> = (call, callback) => {
      callback(null, { value: BALANCES.get(call.request.wallet) ?? -1 });
    };
    server.addService(SERVICE, { readBalance });
    return new Promise((resolve, reject) => {
      server.bindAsync(`${HOST}:0`, ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
  },

  async connect(port) {
    // Clients of one process share a connection unless told otherwise.
    const options = { 'grpc.use_local_subchannel_pool': 1 };
    const client = new Client(`${HOST}:${port}`, credentials.createInsecure(), options);
    await new Promise<void>((resolve, reject) => {
      client.waitForReady(Date.now() + READY_MS_MAX, (error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
    const readBalance: ReadBalance = (request) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(PATH, encodeRequest, decodeReply, request, (error, reply) => {
          if (reply !== undefined) resolve(reply);
          else reject(error ?? new Error('no reply'));
        });
      });
    return { readBalances: (inFlight, meter) => callInLoops(readBalance, inFlight, meter) };
  },
};

const SERVICE: ServiceDefinition = {
  readBalance: {
    path: PATH,
    requestStream: false,
    responseStream: false,
    requestSerialize: encodeRequest,
    requestDeserialize: decodeRequest,
    responseSerialize: encodeReply,
    responseDeserialize: decodeReply,
  },
};

/** Field 1, length-delimited: string wallet. */
function encodeRequest(request: Request): Buffer {
  return asBuffer(Writer.create().uint32(0x0a).string(request.wallet).finish());
}

function decodeRequest(bytes: Buffer): Request {
  const reader = Reader.create(bytes);
  let wallet = '';
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x0a) wallet = reader.string();
    else reader.skipType(tag & 7);
  }
  return { wallet };
}

/** Field 1, varint: int64 value. */
function encodeReply(reply: Reply): Buffer {
  return asBuffer(Writer.create().uint32(0x08).int64(reply.value).finish());
}

function decodeReply(bytes: Buffer): Reply {
  const reader = Reader.create(bytes);
  let value = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x08) value = Number(reader.int64());
    else reader.skipType(tag & 7);
  }
  return { value };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
