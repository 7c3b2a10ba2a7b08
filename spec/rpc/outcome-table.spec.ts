import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { identityOf } from '../../src/rpc/index';
import { Argument } from '../../src/rpc/server/argument';
import { CallMap } from '../../src/rpc/server/call-map';
import { KeyedRequest } from '../../src/rpc/server/keyed-request';
import { OutcomeTable } from '../../src/rpc/server/outcome-table';

/** Few of each, so that the same call comes again. */
const call = fc
  .tuple(
    fc.constantFrom(undefined, '', 'ana'),
    fc.constantFrom(1, 0x102, 0xffff),
    fc.constantFrom(2, 0x201),
    fc.nat(40),
    fc.constantFrom(0, 1, 30, 48, 49, 500),
  )
  .map(([caller, service, method, key, length]) => {
    const bytes = Buffer.alloc(length, key);
    const argument = Argument.of(bytes, 0, bytes.length);
    return new KeyedRequest(caller, service, method, Buffer.alloc(16, key), argument);
  });
const outcome = fc.constantFrom(0, 1, 13, 50, 300).map((length) => Buffer.alloc(length, length));
const step = fc.record({ call, outcome, isRemoval: fc.boolean() });

/** The naive twin: texts and objects. */
type Twin = Map<string, { record: number; argument: Argument; outcome: Buffer }>;

describe('OutcomeTable', () => {
  it('says what a Map by identityOf() says, whatever is added and removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const table = new OutcomeTable();
        const twin: Twin = new Map();
        for (const { call: one, outcome: bytes, isRemoval } of steps) {
          const identity = identityOf(one);
          const known = twin.get(identity);
          expect(table.find(one)).to.equal(known?.record);
          if (known === undefined) {
            const record = table.add(one, one.argument, bytes);
            twin.set(identity, { record, argument: one.argument, outcome: bytes });
          } else if (isRemoval) {
            table.remove(known.record);
            twin.delete(identity);
          } else {
            expect(Buffer.from(table.outcomeOf(known.record))).to.deep.equal(known.outcome);
            const isSame = known.argument.equals(one.argument);
            expect(table.hasArgument(known.record, one.argument)).to.equal(isSame);
          }
          expect(table.size).to.equal(twin.size);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('finds each of many, also when half of them have been removed', () => {
    const table = new OutcomeTable();
    const calls = Array.from({ length: 5_000 }, (_, i) => {
      const key = Buffer.alloc(16);
      key.writeUInt32BE(i, 3);
      return new KeyedRequest(undefined, 1, 2, key, Argument.of(key, 0, 16));
    });
    const records = calls.map((one) => table.add(one, one.argument, one.key));
    for (const [i, record] of records.entries()) if (i % 2 === 0) table.remove(record);
    const found = calls.map((one) => table.find(one));
    expect(found).to.deep.equal(records.map((record, i) => (i % 2 === 0 ? undefined : record)));
  });
});

describe('CallMap', () => {
  it('is a Map by identityOf()', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const [map, twin] = [new CallMap<Buffer>(), new Map<string, Buffer>()];
        for (const { call: one, outcome: value, isRemoval } of steps) {
          const identity = identityOf(one);
          expect(map.get(one)).to.equal(twin.get(identity));
          if (isRemoval) {
            map.delete(one);
            twin.delete(identity);
          } else if (!twin.has(identity)) {
            map.add(one, value);
            twin.set(identity, value);
          }
          expect(map.isEmpty).to.equal(twin.size === 0);
        }
      }),
    );
  });
});
