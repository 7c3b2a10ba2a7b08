import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import type { MessageCodec } from '../../src/wire/codec';
import { modelOf } from './support/compile';
import { GeneratedFolder, type Value } from './support/load';
import { decode, encode, outcome } from './support/run';
import { schemas, toProto, type Schema } from './support/schema';
import { twinOf, twinOfFirst } from './support/twin';
import { valuesOf, withoutUndefined, zeroOf } from './support/values';

const SCHEMAS = 60;
const VALUES_PER_SCHEMA = 8;

interface Case {
  readonly schema: Schema;
  readonly values: readonly Value[];
}

const cases: fc.Arbitrary<Case> = schemas.chain((schema) =>
  fc.record({
    schema: fc.constant(schema),
    values: fc.array(valuesOf(schema, 0), { minLength: 1, maxLength: VALUES_PER_SCHEMA }),
  }),
);

describe('generated code', function () {
  this.timeout(60_000);
  const folder = new GeneratedFolder();
  after(() => folder.remove());

  /** Runs a check on the generated code and on its twin from combinators, for random messages. */
  function check(
    run: (generated: MessageCodec<Value>, twin: MessageCodec<Value>, one: Case) => void,
  ): void {
    fc.assert(
      fc.property(cases, (one) => {
        const { model } = modelOf({ 'a.proto': toProto(one.schema) });
        run(folder.load(model).M0!, twinOf(one.schema)[0]!, one);
      }),
      { numRuns: SCHEMAS },
    );
  }

  it('writes the bytes that the combinators write', () => {
    check((generated, twin, { values }) => {
      for (const value of values) {
        expect(encode(generated, value)).to.deep.equal(encode(twin, value));
      }
    });
  });
  it('writes the same bytes when what is undefined is left out', () => {
    check((generated, _, { values }) => {
      for (const value of values) {
        const sparse = withoutUndefined(value) as Value;
        expect(encode(generated, sparse)).to.deep.equal(encode(generated, value));
      }
    });
  });
  it('gives the value back', () => {
    check((generated, _, { values }) => {
      for (const value of values) {
        expect(decode(generated, encode(generated, value))).to.deep.equal(value);
      }
    });
  });
  it('has the properties in the same sequence, from bytes and from nothing', () => {
    check((generated, _, { schema, values }) => {
      const names = schema.messages[0]!.members.map((member) => member.ts);
      expect(Object.keys(generated.zero())).to.deep.equal(names);
      expect(Object.keys(generated.create())).to.deep.equal(names);
      expect(Object.keys(decode(generated, Buffer.alloc(0)))).to.deep.equal(names);
      expect(Object.keys(decode(generated, encode(generated, values[0]!)))).to.deep.equal(names);
    });
  });
  it('makes defaults of nothing', () => {
    check((generated, _, { schema }) => {
      const members = schema.messages[0]!.members;
      const zero = Object.fromEntries(members.map((member) => [member.ts, zeroOf(member)]));
      expect(generated.zero()).to.deep.equal(zero);
      expect(generated.create()).to.deep.equal(zero);
      expect(decode(generated, Buffer.alloc(0))).to.deep.equal(zero);
    });
  });
  it('fills in defaults when the message ends before any of its fields', () => {
    check((generated, _, { schema, values }) => {
      const [value] = values;
      const { members } = schema.messages[0]!;
      for (let count = 0; count < members.length; count++) {
        const bytes = encode(twinOfFirst(schema, 0, count), value!);
        const rest = members.slice(count).map((member) => [member.ts, zeroOf(member)] as const);
        const expected = new Map([...Object.entries(value!), ...rest]);
        expect(decode(generated, bytes)).to.deep.equal(Object.fromEntries(expected));
      }
    });
  });
  it('skips what is behind the last field that it knows', () => {
    check((generated, _, { values }) => {
      const [value] = values;
      const bytes = Buffer.concat([encode(generated, value!), Buffer.from([1, 2, 3])]);
      expect(decode(generated, bytes)).to.deep.equal(value);
    });
  });
  it('takes a message cut anywhere as the combinators do', () => {
    check((generated, twin, { values }) => {
      const bytes = encode(generated, values[0]!);
      for (let length = 0; length <= bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        expect(outcome(generated, cut)).to.deep.equal(outcome(twin, cut));
      }
    });
  });
  it('takes broken bytes as the combinators do', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(cases, changes, ({ schema, values }, changed) => {
        const { model } = modelOf({ 'a.proto': toProto(schema) });
        const generated = folder.load(model).M0!;
        const twin = twinOf(schema)[0]!;
        for (const value of values) {
          const bytes = encode(generated, value);
          for (const [at, byte] of changed) if (bytes.length > 0) bytes[at % bytes.length] = byte;
          expect(outcome(generated, bytes)).to.deep.equal(outcome(twin, bytes));
        }
      }),
      { numRuns: SCHEMAS },
    );
  });
  it('has the name and the least size that the combinators have', () => {
    check((generated, twin) => {
      expect([generated.name, generated.bytesMin]).to.deep.equal([twin.name, twin.bytesMin]);
    });
  });
  it('creates a message from some of its fields', () => {
    check((generated, twin, { values }) => {
      for (const value of values) {
        const some = Object.fromEntries(Object.entries(value).filter((_, i) => i % 2 === 0));
        expect(generated.create(some)).to.deep.equal(twin.create(some));
      }
    });
  });
});
