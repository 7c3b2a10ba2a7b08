import { expect } from 'chai';
import { HeldBytes } from '../../src/rpc/held-bytes';

describe('HeldBytes', () => {
  let halves: number;
  let held: HeldBytes;
  beforeEach(() => {
    halves = 0;
    held = new HeldBytes(100, { onHalf: () => (halves += 1) });
  });

  it('takes up to the limit', () => {
    expect([held.take(60), held.take(40)]).to.deep.equal([true, true]);
  });

  it('takes no byte more, and nothing of what it refuses', () => {
    held.take(60);
    expect([held.take(41), held.take(40)]).to.deep.equal([false, true]);
  });

  it('is over half above it only', () => {
    held.take(50);
    const atHalf = held.isOverHalf;
    held.take(1);
    expect([atHalf, held.isOverHalf]).to.deep.equal([false, true]);
  });

  it('has something to spare up to a quarter', () => {
    held.take(10);
    expect([held.hasSpare(15), held.hasSpare(16)]).to.deep.equal([true, false]);
  });

  it('tells when it has fallen to half, once', () => {
    held.take(80);
    held.give(29);
    const before = halves;
    held.give(1);
    held.give(10);
    expect([before, halves]).to.deep.equal([0, 1]);
  });

  it('does not tell of giving nothing', () => {
    held.take(51);
    held.give(0);
    expect(halves).to.equal(0);
  });

  describe('whenRoom()', () => {
    it('waits until there is room for all of it', () => {
      const went: string[] = [];
      held.take(100);
      held.whenRoom(30, () => went.push('a'));
      held.give(29);
      const before = [...went];
      held.give(1);
      expect([before, went]).to.deep.equal([[], ['a']]);
    });

    it('serves in order: a small one does not pass a large one', () => {
      const went: string[] = [];
      held.take(100);
      held.whenRoom(50, () => went.push('large'));
      held.whenRoom(1, () => went.push('small'));
      held.give(10);
      expect(went).to.deep.equal([]);
    });

    it('serves as many as there is room for', () => {
      const went: string[] = [];
      held.take(100);
      for (const name of ['a', 'b', 'c']) {
        held.whenRoom(30, () => {
          held.take(30);
          went.push(name);
        });
      }
      held.give(60);
      expect(went).to.deep.equal(['a', 'b']);
    });

    it('goes on to the next when one does not take what it waited for', () => {
      const went: string[] = [];
      held.take(100);
      for (const name of ['a', 'b']) held.whenRoom(30, () => went.push(name));
      held.give(30);
      expect(went).to.deep.equal(['a', 'b']);
    });
  });
});
