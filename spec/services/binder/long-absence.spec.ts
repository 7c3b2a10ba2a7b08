import { expect } from 'chai';
import { formatAddress, type Environment } from '../../../src/rpc/index';
import { binderResolver } from '../../../src/services/binder/binder-resolver';
import { Registrar } from '../../../src/services/binder/registrar';
import { settle } from '../../support/fake-environment';
import { Flow } from '../../support/flow-service';
import { MemoryBinders } from './support/memory-binders';

describe('a binder that was away for long', () => {
  const binders = new MemoryBinders();
  const { environment } = binders;
  after(() => binders.stopAll());

  /** The same world, for somebody with their own luck: 0 is back soonest, 1 last. */
  function withLuck(luck: number): Environment {
    return {
      now: () => environment.now(),
      wallClock: () => environment.wallClock(),
      setTimer: (delayMs, callback) => environment.setTimer(delayMs, callback),
      defer: (callback) => environment.defer(callback),
      later: (callback) => environment.later(callback),
      randomBytes: (size) => environment.randomBytes(size),
      random: () => luck,
    };
  }

  it('hears of a server before clients, who have asked sooner, forget it', async () => {
    binders.start(1);
    const late = { ...binders.options, environment: withLuck(1) };
    const registrar = new Registrar('memory:1', [Flow], { address: 'x:1' }, late);
    await settle();
    const told: string[][] = [];
    const stops = [0, 0.1, 0.2, 0.3].map((luck) => {
      const soon = { ...binders.options, environment: withLuck(luck) };
      return binderResolver('memory:1', 'Flow', soon).start({
        onAddresses: (addresses) => told.push(addresses.map(formatAddress)),
        onFailure: () => undefined,
      });
    });
    await settle();
    for (let absence = 0; absence < 24; absence++) {
      await binders.kill(1);
      await environment.advance(60_000 + 5_000 * absence);
      binders.start(1);
      await environment.advance(30_000);
    }
    for (const stop of stops) stop();
    const released = registrar.release();
    await environment.advance(20_000);
    await released;
    expect(told.filter((addresses) => addresses.length === 0)).to.deep.equal([]);
  });
});
