import { expect } from 'chai';
import { Lifetime } from '../../bin/support/serving';
import { client, connect, Server } from '../../src/rpc/index';
import { Store } from '../../src/services/gen/store';
import { Wallet } from '../../src/services/gen/wallet';
import { Shop } from '../../src/services/store/shop';
import { storeHandlers } from '../../src/services/store/store-handlers';
import { MemoryLedger } from '../../src/services/wallet/memory-ledger';
import { walletHandlers } from '../../src/services/wallet/wallet-handlers';
import { freePort } from './support/ports';
import { printed, Stage } from './support/program';

const RUNS = 200;
const PROCESS_RUNS = 10;
const DRAIN_MS = 2_000;

/** A server as the programs run it: it closes as soon as its end procedure has been called. */
async function listen(server: Server, lifetime: Lifetime) {
  const { port } = await server.listen({ port: 0, host: '127.0.0.1' });
  const closed = lifetime.over.then(() => server.close({ drainMs: DRAIN_MS }));
  const channel = connect(`127.0.0.1:${port}`);
  const leave = async () => {
    await channel.close();
    await closed;
  };
  return { channel, leave };
}

/** Ends a wallet server while `busy` other calls are under way, and returns the answer. */
async function endWallet(busy: number): Promise<unknown> {
  const lifetime = new Lifetime();
  const ledger = new MemoryLedger([['Dorgival', 10]]);
  const handlers = walletHandlers(ledger, () => {
    lifetime.end();
    return Promise.resolve();
  });
  const { channel, leave } = await listen(new Server().add(Wallet, handlers), lifetime);
  const wallet = client(Wallet, channel);
  const others = Array.from({ length: busy }, () => wallet.readBalance({ wallet: 'Dorgival' }));
  const [answer] = await Promise.all([wallet.end({}), Promise.allSettled(others)]);
  await leave();
  return answer;
}

/** The same for a store server; its sales never hear from a wallet server. */
async function endStore(busy: number): Promise<unknown> {
  const lifetime = new Lifetime();
  const fail = () => Promise.reject(new Error('no wallet server'));
  const handlers = storeHandlers({
    shop: new Shop(25, 500),
    wallet: { transfer: fail, end: fail },
    seller: 'Bezos',
    onEnd: lifetime.end,
  });
  const { channel, leave } = await listen(new Server().add(Store, handlers), lifetime);
  const store = client(Store, channel);
  const others = Array.from({ length: busy }, () => store.sell({ order: 1 }));
  const [answer] = await Promise.all([store.end({}), Promise.allSettled(others)]);
  await leave();
  return answer;
}

/** `runs` answers; each run with another number of calls beside the end, none among them. */
async function collect(end: (busy: number) => Promise<unknown>): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (let run = 0; run < RUNS; run += 1) answers.push(await end(run % 4));
  return answers;
}

describe('the answer to F and T is never lost', function () {
  this.timeout(60_000);
  const stage = new Stage();
  afterEach(() => stage.clear());

  it(`F: ${RUNS} runs, ${RUNS} answers`, async () => {
    expect(await collect(endWallet)).to.eql(Array(RUNS).fill({ pending: 0 }));
  });

  it(`T: ${RUNS} runs, ${RUNS} answers`, async () => {
    expect(await collect(endStore)).to.eql(Array(RUNS).fill({ balance: 500 }));
  });

  it(`F: ${PROCESS_RUNS} runs of the programs, ${PROCESS_RUNS} answers and dumps`, async () => {
    for (let run = 0; run < PROCESS_RUNS; run += 1) {
      const port = await freePort();
      const server = stage.start('svc_banco', [port], { input: 'Dorgival 10\n' });
      const answer = await stage.run('cln_banco', ['Dorgival', `localhost:${port}`], 'O 1\nF\n');
      expect(answer).to.eql(printed(1, 1));
      expect(await server.outcome()).to.eql(printed('Dorgival 9'));
    }
  });

  it(`T: ${PROCESS_RUNS} runs of the programs, ${PROCESS_RUNS} answers at all ends`, async () => {
    for (let run = 0; run < PROCESS_RUNS; run += 1) {
      const walletPort = await freePort();
      const storePort = await freePort();
      const at = [`localhost:${walletPort}`, `localhost:${storePort}`];
      const wallets = stage.start('svc_banco', [walletPort], { input: 'Dorgival 10\n' });
      const store = stage.start('svc_loja', [3, storePort, 'Dorgival', at[0] ?? '']);
      expect(await stage.run('cln_loja', ['Dorgival', ...at], 'C\nT\n')).to.eql(
        printed(3, 1, 0, 13),
      );
      expect(await store.outcome()).to.eql(printed(0));
      expect(await wallets.outcome()).to.eql(printed('Dorgival 10'));
    }
  });
});
