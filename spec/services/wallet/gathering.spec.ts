import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { whenGathered } from '../../../src/services/wallet/gathering';

describe('whenGathered()', () => {
  /** Gathers `counts[i]` in turn i. @returns how much there was when it was enough */
  async function gather(counts: readonly number[]): Promise<number | undefined> {
    let size = 1;
    let found: number | undefined;
    whenGathered(
      () => size,
      () => (found = size),
    );
    for (const count of counts) {
      size += count;
      await turn();
      if (found !== undefined) break;
    }
    return found;
  }

  it('waits one turn more for who comes alone', async () => {
    expect(await gather([0])).to.equal(undefined);
    expect(await gather([0, 0])).to.equal(1);
  });

  it('takes what comes while each turn brings more', async () => {
    expect(await gather([16, 32, 15, 0, 100])).to.equal(64);
  });

  it('does not wait longer than eight turns', async () => {
    expect(await gather(Array.from({ length: 20 }, () => 1))).to.equal(9);
  });
});
