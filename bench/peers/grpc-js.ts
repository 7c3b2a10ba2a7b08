import {
  Client,
  credentials,
  Server,
  type ClientReadableStream,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
} from '@grpc/grpc-js';
import type { Meter } from '../meter';
import { BALANCES } from '../wallets';
import {
  callInLoops,
  checkItem,
  echoInLoops,
  inLoops,
  ITEM_TEXT,
  ITEMS_DOWN,
  ITEMS_UP,
  type Item,
  type ReadBalance,
} from './call-loop';
import { listen, method, unary } from './grpc-js-calls';
import {
  decodeBlob,
  decodeCount,
  decodeItem,
  decodeReply,
  decodeRequest,
  encodeBlob,
  encodeCount,
  encodeItem,
  encodeReply,
  encodeRequest,
  itemOf,
  type BalanceReply,
  type Blob,
  type Count,
  type WalletRequest,
} from './grpc-js-codecs';
import { HOST, type NodePeer } from './peer';

const READY_MS_MAX = 5_000;
const MESSAGE_BYTES_MAX = 16_777_216;
const SIZES = {
  'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
  'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
};

/** gRPC for Node in its fastest form: static codecs, and streams by their events. */
export const grpcJs: NodePeer = {
  async serve() {
    const server = new Server(SIZES);
    server.addService(METHODS, { readBalance, echo, download, upload, exchange });
    return listen(server);
  },

  async connect(port) {
    // Clients of one process share a connection unless told otherwise.
    const options = { ...SIZES, 'grpc.use_local_subchannel_pool': 1 };
    const client = new Client(`${HOST}:${port}`, credentials.createInsecure(), options);
    await new Promise<void>((resolve, reject) => {
      client.waitForReady(Date.now() + READY_MS_MAX, (error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
    const read: ReadBalance = (request) => unary(client, METHODS.readBalance, request);
    const echoOnce = async (data: Buffer) => (await unary(client, METHODS.echo, { data })).data;
    return {
      read: ({ inFlight }, meter) => callInLoops(read, inFlight, meter),
      echo: ({ inFlight, bytes }, meter) => echoInLoops(echoOnce, inFlight, bytes, meter),
      download: ({ inFlight }, meter) => inLoops(inFlight, meter, () => receive(client, meter)),
      upload: ({ inFlight }, meter) => inLoops(inFlight, meter, () => send(client, meter)),
      exchange: ({ inFlight }, meter) => inLoops(inFlight, meter, () => sendBack(client, meter)),
    };
  },
};

const BLOB = [encodeBlob, decodeBlob] as const;
const ITEM = [encodeItem, decodeItem] as const;
const COUNT = [encodeCount, decodeCount] as const;
const METHODS = {
  readBalance: method(
    '/peer.Peer/ReadBalance',
    {},
    [encodeRequest, decodeRequest],
    [encodeReply, decodeReply],
  ),
  echo: method('/peer.Peer/Echo', {}, BLOB, BLOB),
  download: method('/peer.Peer/Download', { response: true }, COUNT, ITEM),
  upload: method('/peer.Peer/Upload', { request: true }, ITEM, COUNT),
  exchange: method('/peer.Peer/Exchange', { request: true, response: true }, ITEM, ITEM),
};

// ---- the server --------------------------------------------------------------------------------

const readBalance: handleUnaryCall<WalletRequest, BalanceReply> = (call, callback) => {
  callback(null, { value: BALANCES.get(call.request.wallet) ?? -1 });
};

const echo: handleUnaryCall<Blob, Blob> = (call, callback) => {
  callback(null, call.request);
};

const download: handleServerStreamingCall<Count, Item> = (call) => {
  writeItems(call, call.request.items, () => call.cancelled);
};

const upload: handleClientStreamingCall<Item, Count> = (call, callback) => {
  let items = 0;
  call.on('data', (item: Item) => {
    if (item.text === ITEM_TEXT) items++;
  });
  call.on('end', () => callback(null, { items }));
};

const exchange: handleBidiStreamingCall<Item, Item> = (call) => {
  call.on('data', (item: Item) => {
    if (call.write(item)) return;
    call.pause();
    call.once('drain', () => call.resume());
  });
  call.on('end', () => call.end());
};

// ---- the client --------------------------------------------------------------------------------

function receive(client: Client, meter: Meter): Promise<void> {
  const { path, requestSerialize, responseDeserialize } = METHODS.download;
  const request = { items: ITEMS_DOWN };
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
  return countItems(call, meter);
}

function send(client: Client, meter: Meter): Promise<void> {
  const { path, requestSerialize, responseDeserialize } = METHODS.upload;
  return new Promise((resolve, reject) => {
    const call = client.makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      (error, reply) => {
        if (reply?.items !== ITEMS_UP) {
          reject(error ?? new Error(`${reply?.items ?? 0} items have come`));
          return;
        }
        meter.add(ITEMS_UP);
        resolve();
      },
    );
    writeItems(call, ITEMS_UP, () => false);
  });
}

function sendBack(client: Client, meter: Meter): Promise<void> {
  const { path, requestSerialize, responseDeserialize } = METHODS.exchange;
  const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
  writeItems(call, ITEMS_UP, () => false);
  return countItems(call, meter);
}

/** A stream of either end, as far as it is written to. */
interface ItemWriter {
  write(item: Item): boolean;
  end(): void;
  once(event: 'drain', listener: () => void): unknown;
}

function writeItems(call: ItemWriter, count: number, isOver: () => boolean): void {
  let number = 0;
  const goOn = (): void => {
    while (number < count && !isOver()) {
      const hasRoom = call.write(itemOf(number++));
      if (!hasRoom) {
        call.once('drain', goOn);
        return;
      }
    }
    call.end();
  };
  goOn();
}

function countItems(
  call: Pick<ClientReadableStream<Item>, 'on' | 'cancel'>,
  meter: Meter,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let due = 0;
    call.on('data', (item: Item) => {
      checkItem(item, due++, meter);
      if (meter.isStopped) call.cancel();
    });
    call.on('end', () => resolve());
    call.on('error', (error: Error) => {
      if (meter.isStopped) resolve();
      else reject(error);
    });
  });
}
