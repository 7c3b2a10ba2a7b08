import { expect } from 'chai';
import fc from 'fast-check';
import { Deadlines } from '../../src/rpc/deadlines';
import type { Timer } from '../../src/rpc/environment';
import { FakeEnvironment } from '../support/fake-environment';

type Begin = (environment: FakeEnvironment) => (delayMs: number, callback: () => void) => Timer;

const byLists: Begin = (environment) => {
  const deadlines = new Deadlines(environment, true);
  return (delayMs, callback) =>
    deadlines.begin(environment.now() + delayMs, delayMs, { onDue: callback });
};

/** The naive twin: a timer of the environment for each. */
const byTimers: Begin = (environment) => (delayMs, callback) =>
  environment.setTimer(delayMs, callback);

const anyStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ begins: fc.constantFrom(0, 1, 5, 5, 5, 20, 300) }) },
  { weight: 3, arbitrary: fc.record({ cancels: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ advances: fc.constantFrom(0, 1, 3, 7, 100) }) },
);

/** When each of them was told, in order. */
async function run(
  begin: Begin,
  steps: readonly { begins?: number; cancels?: number; advances?: number }[],
): Promise<{ told: string[]; left: number }> {
  const environment = new FakeEnvironment();
  const start = begin(environment);
  const timers: Timer[] = [];
  const told: string[] = [];
  for (const { begins, cancels, advances } of steps) {
    if (begins !== undefined) {
      const name = timers.length;
      timers.push(start(begins, () => told.push(`${name} at ${environment.now()}`)));
    }
    if (cancels !== undefined) timers[cancels]?.cancel();
    if (advances !== undefined) await environment.advance(advances);
  }
  for (const timer of timers) timer.cancel();
  // Those of one moment and different lengths may come in any order.
  return { told: told.sort(), left: environment.timersPending };
}

describe('deadlines', () => {
  it('come when timers of their own would, and leave nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 40 }), async (steps) => {
        const found = await run(byLists, steps);
        expect(found).to.deep.equal({ ...(await run(byTimers, steps)), left: 0 });
      }),
      { numRuns: 40 },
    );
  });

  it('of one length have one timer', () => {
    const environment = new FakeEnvironment();
    const begin = byLists(environment);
    for (let count = 0; count < 1_000; count++) begin(50, () => undefined);
    expect(environment.timersPending).to.equal(1);
  });

  it('come in the order in which they began', async () => {
    const environment = new FakeEnvironment();
    const begin = byLists(environment);
    const told: number[] = [];
    for (const name of [1, 2, 3]) begin(50, () => told.push(name));
    await environment.advance(50);
    expect(told).to.deep.equal([1, 2, 3]);
  });

  it('come also when one before them has thrown', async () => {
    const environment = new FakeEnvironment();
    const begin = byLists(environment);
    let isTold = false;
    begin(50, () => {
      throw new Error('of the program');
    });
    begin(50, () => (isTold = true));
    await environment.advance(50).catch(() => undefined);
    await environment.advance(1);
    expect(isTold).to.equal(true);
  });
});
