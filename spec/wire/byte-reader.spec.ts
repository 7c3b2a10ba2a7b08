import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { ByteReader } from '../../src/wire/byte-reader';
import { expectViolation } from '../support/expect-violation';
import { expectHex, hex } from '../support/hex';

type Method = Exclude<
  keyof ByteReader,
  'buffer' | 'offset' | 'end' | 'leave' | 'reset' | 'release'
>;

/** A reader of these bytes, with bytes around them that must not be read. */
function reading(text: string | Uint8Array): ByteReader {
  const bytes = typeof text === 'string' ? hex(text) : text;
  const all = Buffer.concat([hex('ff ff ff'), bytes, hex('01 01 01 01 01 01 01 01')]);
  return new ByteReader().reset(all, 3, 3 + bytes.length);
}

/** Call a method that takes no argument. */
function call(reader: ByteReader, method: Method): unknown {
  return (reader[method] as () => unknown).call(reader);
}

/** So many lengths, each of all that follows it. */
function nestedLengths(levels: number): Buffer {
  const bytes = Buffer.alloc(levels * 4);
  for (let i = 0; i < levels; i++) bytes.writeUInt32BE((levels - 1 - i) * 4, i * 4);
  return bytes;
}

/** Eight bytes, often such that a number of 64 bits is within 53. */
const eightBytes = fc
  .tuple(
    fc.constantFrom('', '00 00', '00 1f', '00 20', 'ff ff', 'ff e0', '7f', '80'),
    fc.uint8Array({ minLength: 8, maxLength: 8 }),
  )
  .map(([start, bytes]) => Buffer.concat([hex(start), bytes]).subarray(0, 8));

function safeNumber(value: bigint): number | undefined {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

describe('ByteReader', () => {
  const values: [method: Method, text: string, value: unknown][] = [
    ['u8', '00', 0],
    ['u8', '7f', 127],
    ['u8', '80', 128],
    ['u8', 'ff', 255],
    ['u16', '00 00', 0],
    ['u16', '01 02', 258],
    ['u16', '80 00', 32_768],
    ['u16', 'ff ff', 65_535],
    ['i32', '00 00 00 00', 0],
    ['i32', '01 02 03 04', 16_909_060],
    ['i32', '7f ff ff ff', 2_147_483_647],
    ['i32', '80 00 00 00', -2_147_483_648],
    ['i32', 'ff ff ff ff', -1],
    ['u32', '00 00 00 00', 0],
    ['u32', '01 02 03 04', 16_909_060],
    ['u32', '7f ff ff ff', 2_147_483_647],
    ['u32', '80 00 00 00', 2_147_483_648],
    ['u32', 'ff ff ff ff', 4_294_967_295],
    ['i64', '01 02 03 04 05 06 07 08', 72_623_859_790_382_856n],
    ['i64', '7f ff ff ff ff ff ff ff', 9_223_372_036_854_775_807n],
    ['i64', '80 00 00 00 00 00 00 00', -9_223_372_036_854_775_808n],
    ['i64', 'ff ff ff ff ff ff ff ff', -1n],
    ['u64', '01 02 03 04 05 06 07 08', 72_623_859_790_382_856n],
    ['u64', '80 00 00 00 00 00 00 00', 9_223_372_036_854_775_808n],
    ['u64', 'ff ff ff ff ff ff ff ff', 18_446_744_073_709_551_615n],
    ['i64Number', '00 00 00 00 00 00 00 00', 0],
    ['i64Number', '00 00 00 01 00 00 00 02', 4_294_967_298],
    ['i64Number', '00 00 00 00 ff ff ff ff', 4_294_967_295],
    ['i64Number', 'ff ff ff ff ff ff ff ff', -1],
    ['i64Number', 'ff ff ff ff 00 00 00 00', -4_294_967_296],
    ['i64Number', '00 1f ff ff ff ff ff ff', 9_007_199_254_740_991],
    ['i64Number', 'ff e0 00 00 00 00 00 01', -9_007_199_254_740_991],
    ['u64Number', '00 00 00 01 00 00 00 02', 4_294_967_298],
    ['u64Number', '00 00 00 00 ff ff ff ff', 4_294_967_295],
    ['u64Number', '00 1f ff ff ff ff ff ff', 9_007_199_254_740_991],
    ['f32', '3f c0 00 00', 1.5],
    ['f32', '80 00 00 00', -0],
    ['f32', '00 00 00 01', 2 ** -149],
    ['f32', '7f 7f ff ff', 3.4028234663852886e38],
    ['f32', 'ff 80 00 00', -Infinity],
    ['f32', '7f c0 00 00', NaN],
    ['f64', '40 09 21 fb 54 44 2d 18', Math.PI],
    ['f64', '80 00 00 00 00 00 00 00', -0],
    ['f64', '00 00 00 00 00 00 00 01', 5e-324],
    ['f64', '7f ef ff ff ff ff ff ff', Number.MAX_VALUE],
    ['f64', '7f f0 00 00 00 00 00 00', Infinity],
    ['f64', '7f f8 00 00 00 00 00 00', NaN],
    ['bool', '00', false],
    ['bool', '01', true],
    ['present', '00', false],
    ['present', '01', true],
    ['string', '00000000', ''],
    ['string', '00000003 61 62 63', 'abc'],
    ['string', '00000001 00', '\0'],
    ['string', '00000001 7f', '\x7f'],
    ['string', '00000002 c2 80', '\x80'],
    ['string', '00000002 df bf', '\u07ff'],
    ['string', '00000003 e0 a0 80', '\u0800'],
    ['string', '00000003 ed 9f bf', '\ud7ff'],
    ['string', '00000003 ee 80 80', '\ue000'],
    ['string', '00000003 ef bf bf', '\uffff'],
    ['string', '00000004 f0 90 80 80', '\u{10000}'],
    ['string', '00000004 f4 8f bf bf', '\u{10ffff}'],
    ['string', '00000004 ef bb bf 61', '\ufeffa'],
    ['string', '00000004 ef bf bd 61', '\ufffda'],
    ['bytes', '00000003 00 ff 61', hex('00 ff 61')],
    ['bytes', '00000000', hex('')],
  ];
  for (const [method, text, value] of values) {
    it(`${method}() reads ${text}`, () => {
      expect(call(reading(text), method)).to.deep.equal(value);
    });
  }

  const oneOfEach = new Map(values.map(([method, text]) => [method, text]));
  oneOfEach.set('string', '00000004 f0 9f 98 80');
  oneOfEach.set('bytes', '00000003 01 02 03');
  oneOfEach.set('enter', '00000003 01 02 03');
  for (const [method, text] of oneOfEach) {
    const { length } = hex(text);
    if (method !== 'enter') {
      it(`${method}() takes its bytes and no more`, () => {
        const reader = reading(text);
        call(reader, method);
        expect(reader.more()).to.be.false;
      });
    }
    for (let cut = 0; cut < length; cut++) {
      it(`${method}() refuses ${length} bytes cut to ${cut}`, () => {
        const reader = reading(hex(text).subarray(0, cut));
        expectViolation(() => call(reader, method), 'FIELD_CUT');
      });
    }
  }
  it('says how many bytes a field wants and how many there are', () => {
    expect(() => reading('00 00 00').u32()).to.throw(
      'FIELD_CUT: a field wants 4 bytes, the message has 3 left',
    );
  });
  it('refuses the longest length there is', () => {
    expectViolation(() => reading('ff ff ff ff 61').string(), 'FIELD_CUT');
  });

  describe('i64Number() and u64Number()', () => {
    const unsafe = ['0020000000000000', 'ffe0000000000000', '8000000000000000', '7fffffffffffffff'];
    for (const text of unsafe) {
      for (const method of ['i64Number', 'u64Number'] as const) {
        it(`${method}() refuses ${text}, beyond 53 bits`, () => {
          expectViolation(() => reading(text)[method](), 'NUMBER_UNSAFE');
        });
      }
    }
    it('u64Number() refuses ffffffffffffffff, which is -1 to i64Number()', () => {
      expectViolation(() => reading('ffffffffffffffff').u64Number(), 'NUMBER_UNSAFE');
    });
  });

  it('bool() refuses every byte from 2 to 255', () => {
    for (let byte = 2; byte <= 255; byte++) {
      expectViolation(() => reading(Buffer.of(byte)).bool(), 'BOOL_INVALID');
    }
  });
  it('present() refuses every byte from 2 to 255', () => {
    for (let byte = 2; byte <= 255; byte++) {
      expectViolation(() => reading(Buffer.of(byte)).present(), 'PRESENCE_INVALID');
    }
  });

  describe('bytes()', () => {
    it('shares no memory with the input', () => {
      const reader = reading('00000002 61 62');
      const value = reader.bytes();
      reader.buffer.fill(0);
      expectHex(value, '61 62');
    });
    it('holds on to no memory but its own', () => {
      expect(reading('00000002 61 62').bytes().buffer.byteLength).to.equal(2);
    });
    it('gives a plain Uint8Array, whose slice() is a copy', () => {
      expect(Buffer.isBuffer(reading('00000002 61 62').bytes())).to.be.false;
    });
  });

  describe('count()', () => {
    it('takes as many elements as fit', () => {
      expect(reading('00000002 00000000 00000000').count(4)).to.equal(2);
    });
    it('refuses one more', () => {
      expectViolation(() => reading('00000003 00000000 00000000').count(4), 'COUNT_TOO_BIG');
    });
    it('refuses elements of one byte more', () => {
      expectViolation(() => reading('00000002 00000000 00000000').count(5), 'COUNT_TOO_BIG');
    });
    it('takes no elements where nothing is left', () => {
      expect(reading('00000000').count(4)).to.equal(0);
    });
    it('refuses the largest count there is', () => {
      expectViolation(() => reading('ffffffff 00000000').count(1), 'COUNT_TOO_BIG');
    });
    it('counts what is left of the nested message, not of the outer one', () => {
      const reader = reading('00000006 00000003 00 00 00');
      reader.enter();
      expectViolation(() => reader.count(1), 'COUNT_TOO_BIG');
    });
    it('refuses four bytes cut to three', () => {
      expectViolation(() => reading('00 00 00').count(1), 'FIELD_CUT');
    });
  });

  describe('enter() and leave()', () => {
    it('end reading at the end of the nested message', () => {
      const reader = reading('00000001 07 08');
      reader.enter();
      reader.u8();
      expect(reader.more()).to.be.false;
    });
    it('refuse a field that goes beyond the nested message', () => {
      const reader = reading('00000001 07 08');
      reader.enter();
      expectViolation(() => reader.u16(), 'FIELD_CUT');
    });
    it('refuse a nested message that goes beyond its outer one', () => {
      const reader = reading('00000005 00000002 01 02');
      reader.enter();
      expectViolation(() => reader.enter(), 'FIELD_CUT');
    });
    it('skip what is left of the nested message', () => {
      const reader = reading('00000003 07 08 09 0a');
      const outerEnd = reader.enter();
      reader.u8();
      reader.leave(outerEnd);
      expect(reader.u8()).to.equal(10);
    });
    it('find the end of the outer message again', () => {
      const reader = reading('00000001 07 08');
      reader.leave(reader.enter());
      reader.u8();
      expect(reader.more()).to.be.false;
    });
    it('take 32 messages within messages, the outermost counted', () => {
      const reader = reading(nestedLengths(31));
      for (let depth = 2; depth <= 32; depth++) reader.enter();
      expect(reader.more()).to.be.false;
    });
    it('refuse 33', () => {
      const reader = reading(nestedLengths(32));
      for (let depth = 2; depth <= 32; depth++) reader.enter();
      expectViolation(() => reader.enter(), 'DEPTH_EXCEEDED');
    });
    it('take any number one after the other', () => {
      const reader = reading(Buffer.alloc(400));
      for (let i = 0; i < 100; i++) reader.leave(reader.enter());
      expect(reader.more()).to.be.false;
    });
    it('count from 1 again after reset()', () => {
      const bytes = nestedLengths(31);
      const reader = new ByteReader();
      for (let round = 0; round < 2; round++) {
        reader.reset(bytes, 0, bytes.length);
        for (let depth = 2; depth <= 32; depth++) reader.enter();
      }
      expect(reader.more()).to.be.false;
    });
  });

  describe('release()', () => {
    it('lets go of the input', () => {
      const reader = reading('01');
      reader.release();
      expect(reader.buffer.length).to.equal(0);
    });
    it('leaves nothing to read', () => {
      const reader = reading('01');
      reader.release();
      expectViolation(() => reader.u8(), 'FIELD_CUT');
    });
  });

  const twins: [method: Method, twin: (bytes: Buffer) => unknown][] = [
    ['u8', (bytes) => bytes.readUInt8()],
    ['u16', (bytes) => bytes.readUInt16BE()],
    ['i32', (bytes) => bytes.readInt32BE()],
    ['u32', (bytes) => bytes.readUInt32BE()],
    ['i64', (bytes) => bytes.readBigInt64BE()],
    ['u64', (bytes) => bytes.readBigUInt64BE()],
    ['i64Number', (bytes) => safeNumber(bytes.readBigInt64BE())],
    ['u64Number', (bytes) => safeNumber(bytes.readBigUInt64BE())],
  ];
  for (const [method, twin] of twins) {
    it(`${method}() is what Buffer reads: 2 000 times eight bytes`, () => {
      const property = fc.property(eightBytes, (bytes) => {
        const expected = twin(Buffer.from(bytes));
        const reader = reading(bytes);
        if (expected === undefined) {
          expectViolation(() => call(reader, method), 'NUMBER_UNSAFE');
        } else expect(call(reader, method)).to.equal(expected);
      });
      fc.assert(property, { numRuns: 2_000 });
    });
  }
});
