import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { identityOf, OutcomeRecords, type KeyedCall } from '../../src/rpc/index';
import { Argument } from '../../src/rpc/server/argument';
import { KeyedRequest } from '../../src/rpc/server/keyed-request';

const id = fc.nat(0xffff);
const bytesOf = (maxLength: number) => fc.uint8Array({ maxLength, size: 'max' });
const call: fc.Arbitrary<KeyedCall> = fc
  .tuple(
    fc.option(fc.string({ maxLength: 20, unit: 'grapheme' }), { nil: undefined }),
    id,
    id,
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    bytesOf(60),
  )
  .map(([caller, service, method, key, argument]) => {
    const known = Argument.of(argument, 0, argument.length);
    return new KeyedRequest(caller, service, method, key, known);
  });
const record = fc.record({ call, outcome: bytesOf(300) });

const said = ({ call: one, outcome }: { call: KeyedCall; outcome: Uint8Array }): string[] => [
  identityOf(one),
  Buffer.from(one.argumentHash).toString('hex'),
  Buffer.from(outcome).toString('hex'),
];

describe('OutcomeRecords', () => {
  it('reads what was added, each time that it was taken', () => {
    fc.assert(
      fc.property(fc.array(fc.array(record, { maxLength: 8 }), { maxLength: 4 }), (batches) => {
        const records = new OutcomeRecords();
        for (const batch of batches) {
          for (const { call: one, outcome } of batch) records.add(one, outcome);
          const read = [...OutcomeRecords.read(Buffer.from(records.take()))];
          expect(read.map(said)).to.deep.equal(batch.map(said));
        }
      }),
    );
  });

  it('has nothing of what was cleared', () => {
    const records = new OutcomeRecords();
    const argumentHash = Buffer.alloc(32);
    const key = Buffer.alloc(16);
    records.add({ caller: undefined, service: 1, method: 2, key, argumentHash }, Buffer.alloc(3));
    records.clear();
    expect(records.take().length).to.equal(0);
  });
});
