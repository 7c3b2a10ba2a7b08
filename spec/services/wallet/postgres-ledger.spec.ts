import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { type KeyedCall, type Outcome } from '../../../src/rpc/index';
import { type Ledger } from '../../../src/services/wallet/ledger';
import { Wallet } from '../../../src/services/gen/wallet';
import { walletHandlers } from '../../../src/services/wallet/wallet-handlers';
import { openLedger } from '../../../src/services/wallet/open-ledger';
import { auditPlace } from '../../../src/services/wallet/audit-place';
import { serveOnLoopback } from '../support/loopback';
import { Cluster, sharedCluster, skipUnlessPostgres } from '../../support/postgres';

const LIST = [
  ['Bezos', 100_000],
  ['Dorgival', 100_000],
] as const;

const NOTHING = Buffer.alloc(32);

function newCall(): KeyedCall {
  const key = randomBytes(16);
  key.writeUIntBE(Date.now(), 0, 6);
  return { caller: undefined, service: 1, method: 2, key, argumentHash: NOTHING };
}

/** Makes an order of 1 and answers its number. */
async function order(ledger: Ledger, call = newCall()): Promise<number> {
  const effect = async (transaction: unknown): Promise<Outcome> => {
    const made = await ledger.createOrder('Bezos', 1, transaction);
    return { bytes: Buffer.from(String(made.order)), isRemembered: true };
  };
  const transacted = await ledger.outcomes?.transact(call, effect);
  if (typeof transacted !== 'object') throw new Error(String(transacted));
  return Number(Buffer.from(transacted.outcome).toString());
}

describe('several ledgers on one PostgreSQL', function () {
  this.timeout(30_000);
  let place: string;
  let ledgers: Ledger[];
  before(function () {
    skipUnlessPostgres(this);
  });
  beforeEach(async () => {
    place = sharedCluster().newPlace();
    // At the same time, as servers are started: one makes the tables, one adds the wallets.
    const opened = await Promise.all([1, 2, 3].map(() => openLedger({ place, wallets: LIST })));
    ledgers = opened.map(({ ledger }) => ledger);
    expect(opened.reduce((sum, { added }) => sum + added, 0)).to.equal(2);
  });
  afterEach(async () => {
    for (const ledger of ledgers) await ledger.close();
  });

  const onEach = <T>(count: number, run: (ledger: Ledger) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, () => ledgers.map(run)).flat());

  it('number their orders 1, 2, 3 ... together', async () => {
    const numbers = await onEach(100, (ledger) => order(ledger));
    expect(numbers.sort((one, other) => one - other)).to.eql(
      Array.from({ length: 300 }, (_, index) => index + 1),
    );
  });

  it('run a call with one key once, whichever of them it comes to', async () => {
    const calls = Array.from({ length: 20 }, newCall);
    const answers = await Promise.all(
      ledgers.map((ledger) => Promise.all(calls.map((call) => order(ledger, call)))),
    );
    expect(answers[1]).to.eql(answers[0]);
    expect(answers[2]).to.eql(answers[0]);
    expect(await ledgers[0]?.readBalance('Bezos')).to.equal(99_980);
  });

  it('pay to and fro at once without losing or making money', async () => {
    const there = onEach(50, async (ledger) => {
      const { order: number } = await ledger.createOrder('Bezos', 3);
      return ledger.transfer(number, 3, 'Dorgival');
    });
    const back = onEach(50, async (ledger) => {
      const { order: number } = await ledger.createOrder('Dorgival', 3);
      return ledger.transfer(number, 3, 'Bezos');
    });
    expect(new Set([...(await there), ...(await back)])).to.eql(new Set([0]));
    const { differences, inWallets, movements } = await auditPlace(place);
    expect({ differences, inWallets, movements }).to.eql({
      differences: [],
      inWallets: 200_000n,
      movements: 602,
    });
  });

  it('cash an order once, whichever of them it is cashed at', async () => {
    const number = await order(ledgers[0] as Ledger);
    const statuses = await onEach(5, async (ledger) => ledger.transfer(number, 1, 'Dorgival'));
    expect(statuses.filter((status) => status === 0)).to.have.length(1);
  });

  it('tell whoever watches at one of them what was done at another', async () => {
    const [here, there] = ledgers as [Ledger, Ledger];
    const handlers = walletHandlers(here, () => Promise.resolve());
    const loopback = await serveOnLoopback(Wallet, handlers);
    const balances: number[] = [];
    for await (const { value } of loopback.service.watch({ wallet: 'Bezos' })) {
      balances.push(value);
      if (balances.length === 2) break;
      await there.createOrder('Bezos', 30_000);
    }
    await loopback.close();
    expect(balances).to.eql([100_000, 70_000]);
  });

  it('go on when one of them ends', async () => {
    const number = await order(ledgers[0] as Ledger);
    expect(await ledgers[0]?.end()).to.equal(1);
    expect(await ledgers[1]?.transfer(number, 1, 'Dorgival')).to.equal(0);
  });
});

describe('a ledger whose PostgreSQL crashes', function () {
  this.timeout(60_000);
  let cluster: Cluster | undefined;
  before(function () {
    skipUnlessPostgres(this);
    cluster = new Cluster();
  });
  after(() => cluster?.remove());

  it('goes on with the calls that have keys, each done once', async () => {
    if (cluster === undefined) return;
    const place = cluster.newPlace();
    const { ledger } = await openLedger({ place, wallets: LIST });
    const answers: Promise<number>[] = [];
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 50; i += 1) answers.push(order(ledger));
      await new Promise((resolve) => setImmediate(resolve));
      cluster.stop('immediate');
      for (let i = 0; i < 50; i += 1) answers.push(order(ledger));
      cluster.start();
      await Promise.all(answers);
    }
    const numbers = (await Promise.all(answers)).sort((one, other) => one - other);
    expect(numbers).to.eql(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(await ledger.readBalance('Bezos')).to.equal(99_700);
    await ledger.close();
    expect((await auditPlace(place)).differences).to.eql([]);
  });
});
