import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { client, connect, Server, type Client, type Handlers } from '../../src/rpc/index';
import { Wallet } from '../../src/services/gen/wallet';
import type { Ledger } from '../../src/services/wallet/ledger';
import { openLedger } from '../../src/services/wallet/open-ledger';
import { walletHandlers, walletOutcomes } from '../../src/services/wallet/wallet-handlers';
import { Load as LoadService, type Item } from '../gen/load';
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
  payOnce,
} from './call-loop';
import { HOST, type NodePeer, type PeerConnection } from './peer';

/** So that ten thousand calls may be in flight on one connection. */
const LIMITS = { streamsMax: 16_384 };

/** The whole framework with the handlers and the ledger of the wallet server. */
export const fio: NodePeer = {
  serve: () => serve(undefined),
  connect: (port) => Promise.resolve(connection(port)),
};

/** The same with a ledger in a file: an answer says what is on disk. */
export const fioDurable: NodePeer = {
  serve() {
    // Beside the repository's own files: /tmp may be in memory.
    const folder = mkdtempSync(join(process.cwd(), '.make', 'bench', 'ledger-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return serve(join(folder, 'wallets.ledger'));
  },
  connect: (port) => Promise.resolve(connection(port)),
};

export async function serve(place: string | undefined, handlers?: LoadHandlers): Promise<number> {
  const { ledger } = await openLedger({ place, wallets: BALANCES });
  const { port } = await servicesOf(ledger, handlers).listen({ host: HOST, port: 0 });
  return port;
}

export function servicesOf(ledger: Ledger, handlers = LOAD_HANDLERS): Server {
  return new Server({ limits: LIMITS })
    .add(
      Wallet,
      walletHandlers(ledger, () => Promise.resolve()),
      walletOutcomes(ledger),
    )
    .add(LoadService, handlers);
}

export type LoadHandlers = Handlers<typeof LoadService>;

export const LOAD_HANDLERS: LoadHandlers = {
  echo: (blob) => blob,
  *download({ items }) {
    for (let number = 0; number < items; number++) yield { number, text: ITEM_TEXT };
  },
  async upload(items) {
    let count = 0;
    for await (const item of items) if (item.text === ITEM_TEXT) count++;
    return { items: count };
  },
  exchange: (items) => items,
};

function connection(port: number): PeerConnection {
  const channel = connect(`${HOST}:${port}`);
  const wallet = client(Wallet, channel);
  const load = client(LoadService, channel);
  return {
    read: ({ inFlight }, meter) => callInLoops(wallet.readBalance, inFlight, meter),
    echo: ({ inFlight, bytes }, meter) =>
      echoInLoops(async (data) => (await load.echo({ data })).data, inFlight, bytes, meter),
    download: ({ inFlight }, meter) => inLoops(inFlight, meter, () => download(load, meter)),
    upload: ({ inFlight }, meter) => inLoops(inFlight, meter, () => upload(load, meter)),
    exchange: ({ inFlight }, meter) => inLoops(inFlight, meter, () => exchange(load, meter)),
    pay: ({ inFlight }, meter) => inLoops(inFlight, meter, (loop) => pay(wallet, loop, meter)),
  };
}

async function download(load: Client<typeof LoadService>, meter: Meter): Promise<void> {
  let due = 0;
  for await (const item of load.download({ items: ITEMS_DOWN })) {
    checkItem(item, due++, meter);
    if (meter.isStopped) return;
  }
  if (due !== ITEMS_DOWN) throw new Error(`${due} items came`);
}

async function upload(load: Client<typeof LoadService>, meter: Meter): Promise<void> {
  const call = load.upload();
  for (let number = 0; number < ITEMS_UP; number++) await call.send({ number, text: ITEM_TEXT });
  const { items } = await call.finish();
  if (items !== ITEMS_UP) throw new Error(`${ITEMS_UP} items were sent, and ${items} have come`);
  meter.add(items);
}

async function exchange(load: Client<typeof LoadService>, meter: Meter): Promise<void> {
  const call = load.exchange();
  const sending = async () => {
    for (let number = 0; number < ITEMS_UP; number++) await call.send({ number, text: ITEM_TEXT });
    call.end();
  };
  const receiving = async () => {
    let due = 0;
    for await (const item of call as AsyncIterable<Item>) checkItem(item, due++, meter);
  };
  await Promise.all([sending(), receiving()]);
}

/** A payment is two calls: an order is made of one wallet's money, and another cashes it. */
export function pay(wallet: Client<typeof Wallet>, loop: number, meter: Meter): Promise<void> {
  return payOnce(loop, meter, {
    createOrder: async (payer, value) => {
      const { status, order } = await wallet.createOrder({ wallet: payer, value });
      return status === 0 ? order : status;
    },
    transfer: async (order, check, payee) =>
      (await wallet.transfer({ order, check, wallet: payee })).status,
  });
}
