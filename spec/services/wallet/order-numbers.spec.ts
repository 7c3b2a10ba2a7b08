import { expect } from 'chai';
import { consecutive, drawn } from '../../../src/services/wallet/order-numbers';

const NONE = () => false;

describe('order numbers', () => {
  it('that are counted begin with 1', () => {
    const next = consecutive();
    expect([next(NONE), next(NONE), next(NONE)]).to.eql([1, 2, 3]);
  });

  /** Gives these bytes, in turn. */
  const from = (...bytes: string[]) => drawn(() => Buffer.from(bytes.shift() ?? '', 'hex'));

  it('that are drawn are 53 of the bits drawn: the greatest', () =>
    expect(from('ffffffffffffff')(NONE)).to.equal(Number.MAX_SAFE_INTEGER));

  it('that are drawn are 53 of the bits drawn: the highest of them alone', () =>
    expect(from('10000000000000')(NONE)).to.equal(2 ** 52));

  it('that are drawn are 53 of the bits drawn: the three above them do not count', () =>
    expect(from('e0000000000001')(NONE)).to.equal(1));

  it('that are drawn are never 0', () =>
    expect(from('e0000000000000', '00000000000007')(NONE)).to.equal(7));

  it('that are drawn are none that a pending order has', () => {
    const draw = from('00000000000005', '00000000000006');
    expect(draw((number) => number === 5)).to.equal(6);
  });

  it('that are drawn have each bit as often as not', () => {
    const next = drawn();
    const counts = Array.from({ length: 53 }, () => 0);
    const DRAWS = 4_000;
    for (let i = 0; i < DRAWS; i += 1) {
      const bits = next(NONE).toString(2).padStart(53, '0');
      for (let bit = 0; bit < 53; bit += 1)
        if (bits[bit] === '1') counts[bit] = (counts[bit] ?? 0) + 1;
    }
    // Seven standard deviations: once in some thousand million runs.
    const most = 7 * Math.sqrt(DRAWS / 4);
    for (const count of counts) expect(count).to.be.within(DRAWS / 2 - most, DRAWS / 2 + most);
  });
});
