import { expect } from 'chai';
import { RpcError, StatusCode, type Client } from '../../../src/rpc/index';
import { Store } from '../../../src/services/gen/store';
import { Shop } from '../../../src/services/store/shop';
import {
  endWalletServer,
  SALE_TIMEOUT_MS,
  storeHandlers,
  type WalletOfStore,
} from '../../../src/services/store/store-handlers';
import { codeOf, serveOnLoopback, type Loopback } from '../support/loopback';

type Transfer = WalletOfStore['transfer'];

/** A wallet server of which only some answers matter. */
function walletThat(methods: Partial<WalletOfStore>): WalletOfStore {
  const fail = () => Promise.reject(new Error('not expected to be called'));
  return { transfer: fail, end: fail, ...methods };
}

describe('storeHandlers', () => {
  let store: Loopback<typeof Store> | undefined;
  let ends: number;

  async function open(transfer: Transfer, shop = new Shop(25, 500)): Promise<Client<typeof Store>> {
    ends = 0;
    const wallet = walletThat({ transfer });
    const onEnd = () => (ends += 1);
    store = await serveOnLoopback(Store, storeHandlers({ shop, wallet, seller: 'Bezos', onEnd }));
    return store.service;
  }

  const answering =
    (status: number): Transfer =>
    () =>
      Promise.resolve({ status });
  const failing =
    (code: StatusCode): Transfer =>
    () =>
      Promise.reject(new RpcError(code, 'a test says so'));

  afterEach(async () => {
    await store?.close();
    store = undefined;
  });

  it('reads the price', async () => {
    const service = await open(answering(0));
    expect(await service.readPrice({})).to.eql({ price: 25 });
  });

  it('has the wallet server move the price from the order to the seller', async () => {
    const requests: unknown[] = [];
    const service = await open((request) => {
      requests.push(request);
      return Promise.resolve({ status: 0 });
    });
    await service.sell({ order: 7 });
    expect(requests).to.eql([{ order: 7, check: 25, wallet: 'Bezos' }]);
  });

  for (const status of [0, -1, -2, -3]) {
    it(`answers a sale with the wallet server's ${status}`, async () => {
      const service = await open(answering(status));
      expect(await service.sell({ order: 7 })).to.eql({ status });
    });
  }

  for (const code of [
    StatusCode.UNAVAILABLE,
    StatusCode.DEADLINE_EXCEEDED,
    StatusCode.INTERNAL,
    StatusCode.UNIMPLEMENTED,
    StatusCode.CANCELLED,
    StatusCode.UNKNOWN,
  ]) {
    it(`answers a sale with -9 when the wallet server is ${StatusCode[code]}`, async () => {
      const service = await open(failing(code));
      expect(await service.sell({ order: 7 })).to.eql({ status: -9 });
    });
  }

  it('passes on what the wallet server refuses', async () => {
    const service = await open(failing(StatusCode.OUT_OF_RANGE));
    expect(await codeOf(service.sell({ order: 7 }))).to.equal('OUT_OF_RANGE');
  });

  it('gives the wallet server less than 2 s', async () => {
    const limits: unknown[] = [];
    const service = await open((_, options) => {
      limits.push(options?.timeoutMs);
      return Promise.resolve({ status: 0 });
    });
    await service.sell({ order: 7 });
    expect(limits).to.eql([SALE_TIMEOUT_MS]);
    expect(SALE_TIMEOUT_MS).to.be.below(2_000);
  });

  it('refuses a sale that would bring the balance over 2^53 - 1', async () => {
    const service = await open(answering(0), new Shop(1, Number.MAX_SAFE_INTEGER));
    expect(await codeOf(service.sell({ order: 7 }))).to.equal('OUT_OF_RANGE');
  });

  it('ends with the balance it was told and the price of each sale', async () => {
    const service = await open(answering(0));
    await service.sell({ order: 1 });
    await service.sell({ order: 2 });
    expect(await service.end({})).to.eql({ balance: 550 });
  });

  it('counts only the sales that were paid', async () => {
    const statuses = [0, -1, -2, -3];
    const service = await open(() => Promise.resolve({ status: statuses.shift() ?? 0 }));
    for (const order of [1, 2, 3, 4]) await service.sell({ order });
    expect(await service.end({})).to.eql({ balance: 525 });
  });

  it('ends without asking the wallet server anything', async () => {
    const service = await open(() => Promise.reject(new Error('asked')));
    expect(await codeOf(service.end({}))).to.equal('OK');
  });

  it('asks once for the end of the process', async () => {
    const service = await open(answering(0));
    await Promise.all([codeOf(service.end({})), codeOf(service.end({}))]);
    expect(ends).to.equal(1);
  });

  it('is UNAVAILABLE after the end', async () => {
    const service = await open(answering(0));
    await service.end({});
    const calls = [service.readPrice({}), service.sell({ order: 1 }), service.end({})];
    expect(await Promise.all(calls.map((call) => codeOf(call)))).to.eql(
      Array(3).fill('UNAVAILABLE'),
    );
  });
});

describe('endWalletServer', () => {
  it('returns the number of pending orders', async () => {
    const wallet = walletThat({ end: () => Promise.resolve({ pending: 3 }) });
    expect(await endWalletServer(wallet)).to.equal(3);
  });

  it('returns -9 when the wallet server cannot be reached', async () => {
    const error = new RpcError(StatusCode.UNAVAILABLE, 'gone');
    expect(await endWalletServer(walletThat({ end: () => Promise.reject(error) }))).to.equal(-9);
  });

  it('does not wait for ever', async () => {
    const limits: unknown[] = [];
    const end: WalletOfStore['end'] = (_, options) => {
      limits.push(options?.timeoutMs);
      return Promise.resolve({ pending: 0 });
    };
    await endWalletServer(walletThat({ end }));
    expect(limits).to.eql([5_000]);
  });
});
