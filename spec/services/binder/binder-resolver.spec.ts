import { expect } from 'chai';
import type { ResolverSink } from '../../../src/rpc/index';
import { formatAddress } from '../../../src/rpc/index';
import { binderResolver, GRACE_MS } from '../../../src/services/binder/binder-resolver';
import { settle } from '../../support/fake-environment';
import { MemoryBinders } from './support/memory-binders';
import { registration } from './support/registration';

describe('binderResolver', () => {
  let binders: MemoryBinders;
  let told: string[][];
  let failures: string[];
  let stop: () => void;

  beforeEach(() => {
    binders = new MemoryBinders();
    told = [];
    failures = [];
  });
  afterEach(async () => {
    stop();
    await binders.stopAll();
    await binders.environment.advance(5_000);
  });

  const sink: ResolverSink = {
    onAddresses: (addresses) => told.push(addresses.map(formatAddress)),
    onFailure: ({ message }) => failures.push(message),
  };
  async function resolve(target = 'memory:1'): Promise<void> {
    stop = binderResolver(target, 'a.S', binders.options).start(sink);
    await settle();
  }

  it('tells who has registered, and each change', async () => {
    const { table } = binders.start(1);
    table.put('1', registration('a.S', 'x:1'));
    await resolve();
    table.put('2', registration('a.S', 'x:2'));
    await settle();
    table.remove('1');
    await settle();
    expect(told).to.deep.equal([['x:1'], ['x:1', 'x:2'], ['x:2']]);
  });

  it('says that there is nobody', async () => {
    binders.start(1);
    await resolve();
    expect(failures).to.deep.equal(["no server has registered 'a.S' at memory:1"]);
  });

  it('says why it cannot be asked, and asks again', async () => {
    await resolve();
    await binders.environment.advance(5_100);
    expect(failures[0]).to.match(/no binder at 1/);
    binders.start(1).table.put('1', registration('a.S', 'x:1'));
    await binders.environment.advance(10_000);
    expect(told).to.deep.equal([['x:1']]);
  });

  it('leaves the addresses as they are while no binder can be reached', async () => {
    binders.start(1).table.put('1', registration('a.S', 'x:1'));
    await resolve();
    await binders.kill(1);
    await binders.environment.advance(60_000);
    expect([told, failures]).to.deep.equal([[['x:1']], []]);
  });

  it('goes on with another binder', async () => {
    binders.start(1).table.put('1', registration('a.S', 'x:1'));
    await resolve('memory:1,memory:2');
    const second = binders.start(2);
    second.table.put('1', registration('a.S', 'x:1'));
    second.table.put('2', registration('a.S', 'x:2'));
    await binders.kill(1);
    await binders.environment.advance(1_000);
    expect(told.at(-1)).to.have.members(['x:1', 'x:2']);
  });

  describe('when a binder comes back that knows nobody yet', () => {
    beforeEach(async () => {
      const { table } = binders.start(1);
      table.put('1', registration('a.S', 'x:1'));
      table.put('2', registration('a.S', 'x:2'));
      await resolve();
      await binders.kill(1);
    });

    it('keeps what was known', async () => {
      binders.start(1);
      await binders.environment.advance(5_000);
      expect(told.at(-1)).to.have.members(['x:1', 'x:2']);
    });

    it('takes what is new beside it', async () => {
      binders.start(1).table.put('3', registration('a.S', 'x:3'));
      await binders.environment.advance(5_000);
      expect(told.at(-1)).to.have.members(['x:1', 'x:2', 'x:3']);
    });

    it('believes it of a server that it has known meanwhile', async () => {
      const { table } = binders.start(1);
      table.put('1', registration('a.S', 'x:1'));
      await binders.environment.advance(5_000);
      table.remove('1');
      await settle();
      expect(told.at(-1)).to.deep.equal(['x:2']);
    });

    it('believes it after a while', async () => {
      binders.start(1).table.put('1', registration('a.S', 'x:1'));
      await binders.environment.advance(5_000 + GRACE_MS);
      expect(told.at(-1)).to.deep.equal(['x:1']);
    });
  });

  it('asks nobody any more when it is stopped', async () => {
    const { table } = binders.start(1);
    await resolve();
    stop();
    await settle();
    table.put('1', registration('a.S', 'x:1'));
    await binders.environment.advance(30_000);
    expect(told).to.deep.equal([[]]);
    expect(binders.environment.timersPending).to.equal(0);
  });

  it('refuses a binder whose address is none, at once', () =>
    expect(() => binderResolver('x', 'a.S')).to.throw(RangeError, "'x' is not host:port"));
});
