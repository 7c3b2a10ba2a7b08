import { expect } from 'chai';
import { skipUnlessSqlite } from '../services/wallet/support/sqlite';
import { PLANTED, type Planted } from './planted';
import { type Outcome, simulate } from './simulate';
import { replayCommand, Tally } from './tally';

const PAYMENTS = 20;
const SEEDS = 40;
const SEEDS_OF_OTHERS = 10;
/** Each planted fault shows within so many. */
const SEEDS_OF_FAULT = 30;

async function firstFailed(planted: Planted): Promise<Outcome | undefined> {
  for (let seed = 1; seed <= SEEDS_OF_FAULT; seed++) {
    const { engine } = PLANTED[planted];
    const outcome = await simulate({ seed, payments: PAYMENTS, engine, planted });
    if (outcome.wrong.length > 0) return outcome;
  }
  return undefined;
}

describe('A simulated world', function () {
  this.timeout(60_000);

  it(`loses no money and breaks no promise, in any of ${SEEDS}`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { wrong } = await simulate({ seed, payments: PAYMENTS });
      expect(wrong, replayCommand(seed, { payments: PAYMENTS })).to.eql([]);
    }
  });

  it(`does so too with two servers on one ledger, in any of ${SEEDS_OF_OTHERS}`, async () => {
    for (let seed = 1; seed <= SEEDS_OF_OTHERS; seed++) {
      const { wrong } = await simulate({ seed, payments: PAYMENTS, engine: 'shared' });
      expect(wrong, replayCommand(seed, { payments: PAYMENTS, engine: 'shared' })).to.eql([]);
    }
  });

  it(`does so too with SQLite, in any of ${SEEDS_OF_OTHERS}`, async function () {
    await skipUnlessSqlite(this);
    for (let seed = 1; seed <= SEEDS_OF_OTHERS; seed++) {
      const { wrong } = await simulate({ seed, payments: PAYMENTS, engine: 'sqlite' });
      expect(wrong, replayCommand(seed, { payments: PAYMENTS, engine: 'sqlite' })).to.eql([]);
    }
  });

  it('is the same, event for event, when it is lived through again', async () => {
    for (const [seed, engine] of [
      [3, 'simulated'],
      [5, 'simulated'],
      [8, 'shared'],
    ] as const) {
      const first = await simulate({ seed, payments: PAYMENTS, engine });
      const second = await simulate({ seed, payments: PAYMENTS, engine });
      expect(second).to.eql(first);
    }
  });

  it('tells the same to who traces it', async () => {
    const lines: string[] = [];
    const traced = await simulate({ seed: 3, payments: PAYMENTS, tracer: (l) => lines.push(l) });
    const plain = await simulate({ seed: 3, payments: PAYMENTS });
    expect([traced.hash, lines.length > 100]).to.eql([plain.hash, true]);
  });

  it('is another with another seed', async () => {
    const hashes = new Set<number>();
    for (let seed = 1; seed <= 5; seed++) {
      hashes.add((await simulate({ seed, payments: PAYMENTS })).hash);
    }
    expect(hashes.size).to.equal(5);
  });

  it('has crashes, cuts, blocked directions and outcomes that are unknown for a time', async () => {
    const tally = { crashes: 0, cuts: 0, blocks: 0, resolved: 0, retries: 0, answered: 0 };
    for (let seed = 1; seed <= 10; seed++) {
      const outcome = await simulate({ seed, payments: PAYMENTS });
      for (const name of Object.keys(tally) as (keyof typeof tally)[]) tally[name] += outcome[name];
    }
    expect(Object.entries(tally).filter(([, count]) => count === 0)).to.eql([]);
  });

  for (const [planted, { what }] of Object.entries(PLANTED)) {
    it(`shows within ${SEEDS_OF_FAULT} seeds that ${what}`, async () => {
      expect(await firstFailed(planted as Planted)).to.not.equal(undefined);
    });
  }
});

describe('The tally of simulated worlds', () => {
  it('says how to live through a world again', () => {
    expect(replayCommand(12_345, { payments: 20, planted: 'no-dedupe' })).to.equal(
      'make simulate seeds=1 first=12345 payments=20 plant=no-dedupe',
    );
  });

  it('counts the worlds that failed', async () => {
    const tally = new Tally();
    tally.add(await simulate({ seed: 1, payments: PAYMENTS, planted: 'no-dedupe' }));
    tally.add(await simulate({ seed: 1, payments: PAYMENTS }));
    expect(tally.table).to.match(/^seeds +2\npayments +40\n[^]*seeds that failed +1$/);
  });
});
