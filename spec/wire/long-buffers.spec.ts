import type { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { giveBuffer, takeBuffer } from '../../src/wire/long-buffers';

const anySize = fc.oneof(fc.nat(100_000), fc.nat(3_000_000));
/** Take one of that size, or give back the one at that place. */
const anySteps = fc.array(fc.record({ takes: fc.boolean(), size: anySize, place: fc.nat(20) }), {
  maxLength: 60,
});

/** What its naive twin, an allocation each, does by itself: no two in use share memory. */
function shares(one: Buffer, other: Buffer): boolean {
  return one.buffer === other.buffer;
}

describe('long buffers that are used again', () => {
  it('are long enough, and never in use twice', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const used: Buffer[] = [];
        for (const { takes, size, place } of steps) {
          if (!takes) {
            const [given] = used.splice(place, 1);
            if (given !== undefined) giveBuffer(given);
            continue;
          }
          const taken = takeBuffer(size);
          expect(taken.length).to.be.at.least(size);
          expect(used.some((other) => shares(other, taken))).to.equal(false);
          used.push(taken);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are the ones that were given back', () => {
    const first = takeBuffer(1_000_000);
    giveBuffer(first);
    expect(shares(takeBuffer(900_000), first)).to.equal(true);
  });

  it('are not used for what is much shorter', () => {
    const first = takeBuffer(4_000_000);
    giveBuffer(first);
    expect(shares(takeBuffer(100_000), first)).to.equal(false);
  });

  it('are kept up to 8 MiB and no more', () => {
    const all = Array.from({ length: 20 }, () => takeBuffer(1_048_576));
    all.forEach(giveBuffer);
    const again = Array.from({ length: 20 }, () => takeBuffer(1_048_576));
    const old = again.filter((buffer) => all.some((other) => shares(buffer, other)));
    expect(old.length).to.be.at.most(8);
  });
});
