import { Buffer } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { ByteReader } from '../../src/wire/byte-reader';
import { ByteWriter } from '../../src/wire/byte-writer';
import * as codecs from '../../src/wire/codec';
import { ProtocolError } from '../../src/wire/protocol-error';
import { dump } from '../support/hex';

/** A type of the IDL at random: its codec, and values of it. */
interface Type {
  readonly codec: codecs.Codec<unknown>;
  readonly values: fc.Arbitrary<unknown>;
}

function encode<T>(codec: codecs.Codec<T>, value: T): Buffer {
  const writer = new ByteWriter();
  codec.encode(writer, value);
  return writer.written();
}

function readerOf(input: Buffer): ByteReader {
  return new ByteReader().reset(input, 0, input.length);
}

// A number of 64 bits has no -0.
const integers = fc.maxSafeInteger().map((value) => value + 0);
const texts = fc.string({ unit: 'binary', maxLength: 30 });
const scalars: Type[] = [
  { codec: codecs.bool, values: fc.boolean() },
  { codec: codecs.int32, values: fc.integer() },
  { codec: codecs.uint32, values: fc.nat(0xffff_ffff) },
  { codec: codecs.int64, values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { codec: codecs.uint64, values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
  { codec: codecs.int64Number, values: integers },
  { codec: codecs.uint64Number, values: integers.map(Math.abs) },
  { codec: codecs.string, values: texts },
];
const others: Type[] = [
  { codec: codecs.float, values: fc.float() },
  { codec: codecs.double, values: fc.double() },
  { codec: codecs.bytes, values: fc.uint8Array({ maxLength: 30 }) },
  { codec: codecs.enumOf('E'), values: fc.integer() },
];

const names = fc.shuffledSubarray(['id', 'name', 'toString', 'constructor', 'value']);

/** The message with these types for its fields. */
function messageOf(
  fieldNames: string[],
  types: Type[],
): { codec: codecs.MessageCodec<object>; values: fc.Arbitrary<object> } {
  const fields = fieldNames.map((name, i) => ({ name, codec: types[i]!.codec }));
  const values = Object.fromEntries(fieldNames.map((name, i) => [name, types[i]!.values]));
  return {
    codec: codecs.message<object>('M', fields),
    values: fc.record(values, { noNullPrototype: true }),
  };
}

function optionalOf({ codec, values }: Type): Type {
  return {
    codec: codecs.optional(codec),
    values: fc.option(values, { nil: undefined }),
  };
}

function mapOf(key: Type, value: Type): Type {
  const entries = fc.uniqueArray(fc.tuple(key.values, value.values), {
    maxLength: 5,
    selector: ([one]) => one,
    comparator: 'SameValueZero',
  });
  return {
    codec: codecs.map(key.codec, value.codec),
    values: entries.map((pairs) => new Map(pairs)),
  };
}

function oneofOf(caseNames: string[], types: Type[]): Type {
  const cases = caseNames.map((name, i) => ({ number: i + 1, name, codec: types[i]!.codec }));
  const chosen = cases.map((one, i) =>
    types[i]!.values.map((value) => ({ case: one.name, value })),
  );
  return {
    codec: codecs.oneof('o', cases),
    values: fc.oneof(fc.constant(undefined), ...chosen),
  };
}

const schema = fc.letrec<{ any: Type; field: Type; message: ReturnType<typeof messageOf> }>(
  (tie) => ({
    message: fc
      .tuple(names, fc.array(tie('field'), { minLength: 5, maxLength: 5 }))
      .map(([fieldNames, types]) => messageOf(fieldNames, types)),
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...scalars, ...others),
      tie('message').map(({ codec, values }) => ({ codec: codecs.nested(codec), values })),
    ),
    field: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...scalars, ...others),
      tie('any').map(optionalOf),
      tie('any').map(({ codec, values }) => ({
        codec: codecs.list(codec),
        values: fc.array(values, { maxLength: 4 }),
      })),
      fc.tuple(fc.constantFrom(...scalars), tie('any')).map(([key, value]) => mapOf(key, value)),
      fc
        .tuple(names, fc.array(tie('any'), { minLength: 5, maxLength: 5 }))
        .map(([caseNames, types]) => oneofOf(caseNames, types)),
    ),
  }),
);

/** A random type and three messages of it. */
const messages = schema.message.chain(({ codec, values }) =>
  fc.array(values, { minLength: 3, maxLength: 3 }).map((all) => ({ codec, all })),
);

/** Decoding gives a value, or refuses by the protocol's own error; nothing else may happen. */
function decodeOrRefuse(codec: codecs.Codec<unknown>, input: Buffer): void {
  try {
    codec.decode(readerOf(input));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    expect(error.scope).to.equal('message');
  }
}

describe('a message of random types', function () {
  this.timeout(30_000);

  it('is read as it was written, to its last byte: 500 types, 1 500 messages', () => {
    const property = fc.property(messages, ({ codec, all }) => {
      for (const value of all) {
        const bytes = encode(codec, value);
        const reader = readerOf(bytes);
        expect(isDeepStrictEqual(codec.decode(reader), value), dump(bytes)).to.be.true;
        expect(reader.more(), dump(bytes)).to.be.false;
      }
    });
    fc.assert(property, { numRuns: 500 });
  });
  it('is read as far as it is there, or refused, at every cut: 100 types, 300 messages', () => {
    const property = fc.property(messages, ({ codec, all }) => {
      for (const bytes of all.map((value) => encode(codec, value))) {
        for (let cut = 0; cut < bytes.length; cut++) decodeOrRefuse(codec, bytes.subarray(0, cut));
      }
    });
    fc.assert(property, { numRuns: 100 });
  });
  it('is read or refused with a byte changed: 300 types, 9 000 times', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 10, maxLength: 10 });
    const property = fc.property(messages, changes, ({ codec, all }, list) => {
      for (const value of all) {
        for (const [at, byte] of list) {
          const bytes = encode(codec, value);
          if (bytes.length > 0) bytes[at % bytes.length] = byte;
          decodeOrRefuse(codec, bytes);
        }
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
  it('has the defaults of its types when nothing was sent: 200 types', () => {
    const property = fc.property(schema.message, ({ codec }) => {
      const decoded = codec.decode(readerOf(Buffer.alloc(0)));
      expect(isDeepStrictEqual(decoded, codec.zero())).to.be.true;
    });
    fc.assert(property, { numRuns: 200 });
  });
  it('takes at least bytesMin as a field: 200 types', () => {
    const fields = schema.field.chain(({ codec, values }) =>
      values.map((value) => ({ codec, value })),
    );
    const property = fc.property(fields, ({ codec, value }) => {
      expect(encode(codec, value).length).to.be.at.least(codec.bytesMin);
    });
    fc.assert(property, { numRuns: 200 });
  });
});
