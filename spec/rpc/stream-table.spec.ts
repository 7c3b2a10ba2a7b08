import { expect } from 'chai';
import fc from 'fast-check';
import { StreamTable } from '../../src/rpc/stream-table';
import type { Stream } from '../../src/rpc/stream';

/** The table looks at nothing but the id. */
function stream(id: number): Stream {
  return { id } as unknown as Stream;
}

describe('StreamTable', () => {
  it('finds what was added', () => {
    const table = new StreamTable();
    const one = stream(1);
    table.add(one);
    expect(table.get(1)).to.equal(one);
  });

  it('finds nothing else', () => {
    const table = new StreamTable();
    table.add(stream(1));
    expect([3, 33, 2_147_483_647].map((id) => table.get(id))).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('finds streams that fall on the same place', () => {
    const table = new StreamTable();
    const [one, other] = [stream(1), stream(1 + 2 * 16)];
    table.add(one);
    table.add(other);
    expect([table.get(1), table.get(33)]).to.deep.equal([one, other]);
  });

  it('finds the second of them when the first is gone', () => {
    const table = new StreamTable();
    const other = stream(33);
    table.add(stream(1));
    table.add(other);
    table.take(1);
    expect([table.get(1), table.get(33), table.take(33)]).to.deep.equal([undefined, other, other]);
  });

  it('takes a stream once', () => {
    const table = new StreamTable();
    const one = stream(1);
    table.add(one);
    expect([table.take(1), table.take(1), table.size]).to.deep.equal([one, undefined, 0]);
  });

  it('gives all, oldest first', () => {
    const table = new StreamTable();
    for (const id of [65_539, 5, 33, 1, 2_147_483_647]) table.add(stream(id));
    expect(table.all().map(({ id }) => id)).to.deep.equal([1, 5, 33, 65_539, 2_147_483_647]);
  });

  it('holds 200 000 streams', () => {
    const table = new StreamTable();
    for (let id = 1; id < 400_000; id += 2) table.add(stream(id));
    let found = 0;
    for (let id = 1; id < 400_000; id += 2) if (table.get(id)?.id === id) found++;
    expect([table.size, found]).to.deep.equal([200_000, 200_000]);
  });

  it('does what a Map does, for any ids in any order', () => {
    const anyId = fc.oneof(
      fc.nat(60).map((half) => 2 * half + 1),
      fc.nat(40).map((slot) => 1 + slot * 2 * 16),
      fc.nat(0x3fff_ffff).map((half) => 2 * half + 1),
    );
    const anyStep = fc.tuple(fc.constantFrom('add', 'take', 'get'), anyId);
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 300, size: 'max' }), (steps) => {
        const table = new StreamTable();
        const twin = new Map<number, Stream>();
        for (const [step, id] of steps) {
          if (step === 'add' && !twin.has(id)) {
            const one = stream(id);
            table.add(one);
            twin.set(id, one);
          } else if (step === 'take') {
            expect(table.take(id)).to.equal(twin.get(id));
            twin.delete(id);
          } else {
            expect(table.get(id)).to.equal(twin.get(id));
          }
        }
        const ids = [...twin.keys()].sort((a, b) => a - b);
        expect([table.size, table.all().map(({ id }) => id)]).to.deep.equal([ids.length, ids]);
      }),
      { numRuns: 300 },
    );
  });
});
