import { batches, client, connect, type Client } from '../../src/rpc/index';
import { Load as LoadService } from '../gen/load';
import type { Meter } from '../meter';
import { checkItem, inLoops, ITEM_TEXT, ITEMS_DOWN } from './call-loop';
import { fio, LOAD_HANDLERS, serve, type LoadHandlers } from './fio';
import { HOST, type NodePeer } from './peer';

/** As `fio`, but what comes on a stream is taken by batches() and not one by one. */
export const fioBatches: NodePeer = {
  serve: () => serve(undefined, HANDLERS),
  async connect(port) {
    const load = client(LoadService, connect(`${HOST}:${port}`));
    return {
      ...(await fio.connect(port)),
      download: ({ inFlight }, meter) => inLoops(inFlight, meter, () => download(load, meter)),
    };
  },
};

const HANDLERS: LoadHandlers = {
  ...LOAD_HANDLERS,
  async upload(requests) {
    let count = 0;
    for await (const items of batches(requests)) {
      for (const item of items) if (item.text === ITEM_TEXT) count++;
    }
    return { items: count };
  },
};

async function download(load: Client<typeof LoadService>, meter: Meter): Promise<void> {
  let due = 0;
  for await (const items of batches(load.download({ items: ITEMS_DOWN }))) {
    for (const item of items) checkItem(item, due++, meter);
    if (meter.isStopped) return;
  }
  if (due !== ITEMS_DOWN) throw new Error(`${due} items came`);
}
