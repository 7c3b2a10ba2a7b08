import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { MemoryOutcomes, type KeyedCall, type Outcome } from '../../src/rpc/index';
import { KeyHeap } from '../../src/rpc/server/key-heap';

const DAY_MS = 86_400_000;
const NOW_MS = 1_700_000_000_000;

describe('MemoryOutcomes', () => {
  let nowMs: number;
  let runs: number;
  beforeEach(() => {
    nowMs = NOW_MS;
    runs = 0;
  });
  const store = (keysMax = 1_000) => new MemoryOutcomes(() => nowMs, { keysMax });

  function call(timeMs: number, more: Partial<KeyedCall> & { tail?: number } = {}): KeyedCall {
    const key = Buffer.alloc(16, more.tail ?? 1);
    key.writeUIntBE(timeMs, 0, 6);
    const hash = Buffer.alloc(32, 7);
    return { caller: undefined, service: 1, method: 2, key, argumentHash: hash, ...more };
  }
  const outcome = (text: string, isRemembered = true): Outcome => ({
    bytes: Buffer.from(text),
    isRemembered,
  });
  const run = async (outcomes: MemoryOutcomes, one: KeyedCall): Promise<string> => {
    const transacted = await outcomes.transact(one, () => outcome(String(++runs)));
    return typeof transacted === 'string' ? transacted : Buffer.from(transacted.outcome).toString();
  };

  it('answers a repeat with the first outcome', async () => {
    const outcomes = store();
    expect([await run(outcomes, call(NOW_MS)), await run(outcomes, call(NOW_MS))]).to.deep.equal([
      '1',
      '1',
    ]);
  });

  const OTHERS: [string, Partial<KeyedCall> & { tail?: number }][] = [
    ['caller', { caller: 'ana' }],
    ['caller without a name', { caller: '' }],
    ['service', { service: 12 }],
    ['method', { method: 22 }],
    ['key', { tail: 2 }],
  ];
  for (const [what, other] of OTHERS) {
    it(`knows another ${what} for another call`, async () => {
      const outcomes = store();
      await run(outcomes, call(NOW_MS));
      expect(await run(outcomes, call(NOW_MS, other))).to.equal('2');
    });
  }

  it('does not take service 1, method 12 for service 11, method 2', async () => {
    const outcomes = store();
    await run(outcomes, call(NOW_MS, { service: 1, method: 12 }));
    expect(await run(outcomes, call(NOW_MS, { service: 11, method: 2 }))).to.equal('2');
  });

  it('says that a key was used with other arguments', async () => {
    const outcomes = store();
    await run(outcomes, call(NOW_MS));
    const other = call(NOW_MS, { argumentHash: Buffer.alloc(32, 8) });
    expect(await run(outcomes, other)).to.equal('other-arguments');
  });

  it('remembers nothing of an effect that throws', async () => {
    const outcomes = store();
    const fail = (): never => {
      throw new Error('no');
    };
    expect(() => outcomes.transact(call(NOW_MS), fail)).to.throw('no');
    expect(await run(outcomes, call(NOW_MS))).to.equal('1');
  });

  it('remembers nothing of an effect that rejects', async () => {
    const outcomes = store();
    const rejected = outcomes.transact(call(NOW_MS), () => Promise.reject(new Error('no')));
    await Promise.resolve(rejected).catch(() => undefined);
    expect([outcomes.size, await run(outcomes, call(NOW_MS))]).to.deep.equal([0, '1']);
  });

  it('remembers nothing that is not to be remembered', async () => {
    const outcomes = store();
    await outcomes.transact(call(NOW_MS), () => outcome('open', false));
    expect(await run(outcomes, call(NOW_MS))).to.equal('1');
  });

  it('keeps a key for a day from its own time', async () => {
    const outcomes = store();
    await run(outcomes, call(NOW_MS));
    nowMs += DAY_MS;
    expect(await run(outcomes, call(NOW_MS))).to.equal('1');
  });

  it('forgets it then, and says so', async () => {
    const outcomes = store();
    await run(outcomes, call(NOW_MS));
    nowMs += DAY_MS + 1;
    expect([await run(outcomes, call(NOW_MS)), outcomes.size]).to.deep.equal(['forgotten', 0]);
  });

  it('does not run an unknown key that is as old as one that was forgotten', async () => {
    const outcomes = store();
    await run(outcomes, call(NOW_MS));
    nowMs += DAY_MS + 1;
    expect([
      await run(outcomes, call(NOW_MS, { tail: 9 })),
      await run(outcomes, call(NOW_MS + 1, { tail: 9 })),
    ]).to.deep.equal(['forgotten', '2']);
  });

  it('forgets the oldest by their time, not by their coming, when there are too many', async () => {
    const outcomes = store(2);
    await run(outcomes, call(NOW_MS + 5, { tail: 1 }));
    await run(outcomes, call(NOW_MS + 3, { tail: 2 }));
    await run(outcomes, call(NOW_MS + 4, { tail: 3 }));
    expect([
      await run(outcomes, call(NOW_MS + 3, { tail: 2 })),
      await run(outcomes, call(NOW_MS + 5, { tail: 1 })),
      await run(outcomes, call(NOW_MS + 4, { tail: 3 })),
      outcomes.size,
    ]).to.deep.equal(['forgotten', '1', '3', 2]);
  });
});

describe('KeyHeap', () => {
  it('gives keys back by their time, whatever the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), (times) => {
        const heap = new KeyHeap<string>();
        times.forEach((time, i) => heap.add(time, `${time}:${i}`));
        const taken: number[] = [];
        while (heap.leastTimeMs < Infinity) {
          const least = heap.leastTimeMs;
          expect(heap.takeLeast().split(':')[0]).to.equal(String(least));
          taken.push(least);
        }
        expect(taken).to.deep.equal([...times].sort((a, b) => a - b));
      }),
    );
  });
});
