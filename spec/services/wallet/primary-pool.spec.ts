import type { Pool } from 'pg';
import { expect } from 'chai';
import { type Connection, PrimaryPool } from '../../../src/services/wallet/postgres/primary-pool';

/** A pool to one host, which can be reached or not. */
class FakeHost {
  isUp = false;
  asked = 0;
  given = 0;
  isEnded = false;
  /** Settled from outside, when it answers late. */
  late: Promise<void> = Promise.resolve();

  constructor(readonly name: string) {}

  get pool(): Pool {
    return this as unknown as Pool;
  }

  async connect(): Promise<Connection> {
    this.asked += 1;
    await this.late;
    if (!this.isUp) throw new Error(`${this.name} is down`);
    this.given += 1;
    const connection = { host: this.name, release: () => (this.given -= 1) };
    return connection as unknown as Connection;
  }

  end(): Promise<void> {
    this.isEnded = true;
    return Promise.resolve();
  }
}

describe('PrimaryPool', () => {
  let one: FakeHost;
  let two: FakeHost;
  let three: FakeHost;
  let pool: PrimaryPool;

  beforeEach(() => {
    [one, two, three] = [new FakeHost('one'), new FakeHost('two'), new FakeHost('three')];
    pool = new PrimaryPool([one.pool, two.pool, three.pool]);
  });

  const hostOf = async () => ((await pool.connect()) as unknown as { host: string }).host;

  it('asks the first host alone while that one can be written', async () => {
    one.isUp = true;
    expect([await hostOf(), two.asked, three.asked]).to.deep.equal(['one', 0, 0]);
  });

  it('goes to the host that can be written when the first cannot', async () => {
    two.isUp = true;
    expect(await hostOf()).to.equal('two');
  });

  it('stays there', async () => {
    two.isUp = true;
    await hostOf();
    one.isUp = true;
    expect([await hostOf(), one.asked]).to.deep.equal(['two', 1]);
  });

  it('comes back when that is the only one', async () => {
    two.isUp = true;
    await hostOf();
    [one.isUp, two.isUp] = [true, false];
    expect(await hostOf()).to.equal('one');
  });

  it('does not wait for a host that answers late', async () => {
    two.isUp = true;
    three.late = new Promise(() => undefined);
    expect(await hostOf()).to.equal('two');
  });

  it('gives a connection back that came too late', async () => {
    let answer: () => void = () => undefined;
    [two.isUp, three.isUp] = [true, true];
    three.late = new Promise((resolve) => (answer = resolve));
    await hostOf();
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect([two.given, three.given, three.asked]).to.deep.equal([1, 0, 1]);
  });

  it('says why the last primary cannot be reached when no host can be written', async () => {
    const error: unknown = await pool.connect().catch((reason: unknown) => reason);
    expect(error).to.be.an('error').with.property('message', 'one is down');
  });

  it('ends the connections to all hosts', async () => {
    await pool.end();
    expect([one.isEnded, two.isEnded, three.isEnded]).to.deep.equal([true, true, true]);
  });
});
