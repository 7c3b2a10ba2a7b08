import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { ByteWriter } from '../../src/wire/byte-writer';
import { expectHex } from '../support/hex';

type Method = 'u8' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'i64Number' | 'u64Number';
type AnyMethod = Method | 'f32' | 'f64' | 'bool' | 'present' | 'string' | 'bytes' | 'raw' | 'count';

/** Call a method with a value that its type may not allow. */
function call(writer: ByteWriter, method: AnyMethod, value: unknown): void {
  (writer[method] as (value: unknown) => unknown).call(writer, value);
}

/** A writer of one byte of room, so that everything makes it grow. */
function small(): ByteWriter {
  return new ByteWriter(Buffer.alloc(1));
}

describe('ByteWriter', () => {
  const values: [method: AnyMethod, value: unknown, text: string][] = [
    ['u8', 0, '00'],
    ['u8', 255, 'ff'],
    ['u16', 0, '00 00'],
    ['u16', 258, '01 02'],
    ['u16', 65_535, 'ff ff'],
    ['i32', 16_909_060, '01 02 03 04'],
    ['i32', -1, 'ff ff ff ff'],
    ['i32', -0, '00 00 00 00'],
    ['i32', 2_147_483_647, '7f ff ff ff'],
    ['i32', -2_147_483_648, '80 00 00 00'],
    ['u32', 16_909_060, '01 02 03 04'],
    ['u32', -0, '00 00 00 00'],
    ['u32', 2_147_483_648, '80 00 00 00'],
    ['u32', 4_294_967_295, 'ff ff ff ff'],
    ['i64', 72_623_859_790_382_856n, '01 02 03 04 05 06 07 08'],
    ['i64', -2n, 'ff ff ff ff ff ff ff fe'],
    ['i64', 9_223_372_036_854_775_807n, '7f ff ff ff ff ff ff ff'],
    ['i64', -9_223_372_036_854_775_808n, '80 00 00 00 00 00 00 00'],
    ['u64', 72_623_859_790_382_856n, '01 02 03 04 05 06 07 08'],
    ['u64', 0n, '00 00 00 00 00 00 00 00'],
    ['u64', 18_446_744_073_709_551_615n, 'ff ff ff ff ff ff ff ff'],
    ['i64Number', 4_294_967_298, '00 00 00 01 00 00 00 02'],
    ['i64Number', 4_294_967_295, '00 00 00 00 ff ff ff ff'],
    ['i64Number', -1, 'ff ff ff ff ff ff ff ff'],
    ['i64Number', -0, '00 00 00 00 00 00 00 00'],
    ['i64Number', -4_294_967_296, 'ff ff ff ff 00 00 00 00'],
    ['i64Number', -4_294_967_297, 'ff ff ff fe ff ff ff ff'],
    ['i64Number', 9_007_199_254_740_991, '00 1f ff ff ff ff ff ff'],
    ['i64Number', -9_007_199_254_740_991, 'ff e0 00 00 00 00 00 01'],
    ['u64Number', 4_294_967_298, '00 00 00 01 00 00 00 02'],
    ['u64Number', -0, '00 00 00 00 00 00 00 00'],
    ['u64Number', 9_007_199_254_740_991, '00 1f ff ff ff ff ff ff'],
    ['f32', 1.5, '3f c0 00 00'],
    ['f32', 0.1, '3d cc cc cd'],
    ['f32', -0, '80 00 00 00'],
    ['f32', NaN, '7f c0 00 00'],
    ['f32', -Infinity, 'ff 80 00 00'],
    ['f32', 2 ** -149, '00 00 00 01'],
    ['f32', 3.4028234663852886e38, '7f 7f ff ff'],
    ['f32', 3.4028235677973362e38, '7f 7f ff ff'],
    ['f64', Math.PI, '40 09 21 fb 54 44 2d 18'],
    ['f64', -0, '80 00 00 00 00 00 00 00'],
    ['f64', NaN, '7f f8 00 00 00 00 00 00'],
    ['f64', Number.MAX_VALUE, '7f ef ff ff ff ff ff ff'],
    ['f64', Infinity, '7f f0 00 00 00 00 00 00'],
    ['bool', false, '00'],
    ['bool', true, '01'],
    ['present', false, '00'],
    ['present', true, '01'],
    ['string', '', '00000000'],
    ['string', 'abc', '00000003 61 62 63'],
    ['string', '\0\x7f', '00000002 00 7f'],
    ['string', '\x80', '00000002 c2 80'],
    ['string', 'a\u07ff', '00000003 61 df bf'],
    ['string', '\u0800\ud7ff', '00000006 e0 a0 80 ed 9f bf'],
    ['string', '\ue000\uffff', '00000006 ee 80 80 ef bf bf'],
    ['string', '\u{10000}\u{10ffff}', '00000008 f0 90 80 80 f4 8f bf bf'],
    ['string', '\ufeffa', '00000004 ef bb bf 61'],
    ['string', 'a'.repeat(24), `00000018 ${'61'.repeat(24)}`],
    ['string', 'a'.repeat(25), `00000019 ${'61'.repeat(25)}`],
    ['string', `${'a'.repeat(23)}\u20ac`, `0000001a ${'61'.repeat(23)} e2 82 ac`],
    ['string', '\u20ac'.repeat(4_096), `00003000 ${'e282ac'.repeat(4_096)}`],
    ['string', '\u20ac'.repeat(4_097), `00003003 ${'e282ac'.repeat(4_097)}`],
    ['bytes', new Uint8Array([0, 255]), '00000002 00 ff'],
    ['bytes', Buffer.from('ab'), '00000002 61 62'],
    ['bytes', new Uint8Array(0), '00000000'],
    ['raw', new Uint8Array([0, 255]), '00 ff'],
    ['count', 4_294_967_295, 'ff ff ff ff'],
  ];
  for (const [method, value, text] of values) {
    const shown = typeof value === 'string' ? JSON.stringify(value).slice(0, 30) : show(value);
    it(`${method}() writes ${shown}`, () => {
      const writer = small();
      call(writer, method, value);
      expectHex(writer.written(), text);
    });
  }

  const refused: [method: AnyMethod, value: unknown, type: ErrorConstructor, text: string][] = [
    ['u8', 256, RangeError, '256 is not a value of u8'],
    ['u8', -1, RangeError, '-1 is not a value of u8'],
    ['u16', 65_536, RangeError, '65536 is not a value of u16'],
    ['u16', -1, RangeError, '-1 is not a value of u16'],
    ['i32', 2_147_483_648, RangeError, '2147483648 is not a value of int32'],
    ['i32', -2_147_483_649, RangeError, '-2147483649 is not a value of int32'],
    ['i32', 0.5, RangeError, '0.5 is not a value of int32'],
    ['u32', 4_294_967_296, RangeError, '4294967296 is not a value of uint32'],
    ['u32', -1, RangeError, '-1 is not a value of uint32'],
    ['i64', 2n ** 63n, RangeError, '9223372036854775808 is not a value of int64'],
    ['i64', -(2n ** 63n) - 1n, RangeError, '-9223372036854775809 is not a value of int64'],
    ['i64', 1, TypeError, 'int64 wanted, got number'],
    ['i64', 'abc', TypeError, 'int64 wanted, got string'],
    ['u64', 2n ** 64n, RangeError, '18446744073709551616 is not a value of uint64'],
    ['u64', -1n, RangeError, '-1 is not a value of uint64'],
    ['u64', 1, TypeError, 'uint64 wanted, got number'],
    ['u64', 'abc', TypeError, 'uint64 wanted, got string'],
    ['i64Number', 2 ** 53, RangeError, '9007199254740992 is not a value of int64 in a number'],
    ['i64Number', -(2 ** 53), RangeError, '-9007199254740992 is not a value of int64 in a number'],
    ['i64Number', 0.5, RangeError, '0.5 is not a value of int64 in a number'],
    ['u64Number', 2 ** 53, RangeError, '9007199254740992 is not a value of uint64 in a number'],
    ['u64Number', -1, RangeError, '-1 is not a value of uint64 in a number'],
    ['f32', 3.4028235677973366e38, RangeError, '3.4028235677973366e+38 is not a value of float'],
    ['f32', -Number.MAX_VALUE, RangeError, '-1.7976931348623157e+308 is not a value of float'],
    ['f32', 1n, TypeError, 'float wanted, got bigint'],
    ['f64', '1', TypeError, 'double wanted, got string'],
    ['f64', undefined, TypeError, 'double wanted, got undefined'],
    ['bool', 1, TypeError, 'bool wanted, got number'],
    ['bool', null, TypeError, 'bool wanted, got null'],
    ['string', 1, TypeError, 'string wanted, got number'],
    ['string', undefined, TypeError, 'string wanted, got undefined'],
    ['bytes', 'ab', TypeError, 'bytes wanted, got string'],
    ['bytes', [1, 2], TypeError, 'bytes wanted, got object'],
    ['bytes', new ArrayBuffer(2), TypeError, 'bytes wanted, got object'],
  ];
  const integers: [method: Method, type: string][] = [
    ['u8', 'u8'],
    ['u16', 'u16'],
    ['i32', 'int32'],
    ['u32', 'uint32'],
    ['i64Number', 'int64 in a number'],
    ['u64Number', 'uint64 in a number'],
  ];
  for (const [method, type] of integers) {
    refused.push(
      [method, NaN, RangeError, `NaN is not a value of ${type}`],
      [method, Infinity, RangeError, `Infinity is not a value of ${type}`],
      [method, 1n, TypeError, `${type} wanted, got bigint`],
      [method, '1', TypeError, `${type} wanted, got string`],
      [method, true, TypeError, `${type} wanted, got boolean`],
      [method, null, TypeError, `${type} wanted, got null`],
      [method, undefined, TypeError, `${type} wanted, got undefined`],
    );
  }
  for (const [method, value, type, text] of refused) {
    it(`${method}() refuses ${show(value)}: ${text}`, () => {
      expect(() => call(small(), method, value))
        .to.throw(type)
        .with.property('message', text);
    });
    it(`${method}() writes nothing of ${show(value)}`, () => {
      const writer = small();
      expect(() => call(writer, method, value)).to.throw();
      expect(writer.offset).to.equal(0);
    });
  }

  describe('growth', () => {
    it('keeps what has been written', () => {
      const writer = small();
      for (let byte = 0; byte < 256; byte++) writer.u8(byte);
      expect([...writer.written()]).to.deep.equal(Array.from({ length: 256 }, (_, byte) => byte));
    });
    it('at least doubles the buffer', () => {
      const writer = new ByteWriter(Buffer.alloc(100));
      writer.raw(new Uint8Array(101));
      expect(writer.buffer.length).to.equal(200);
    });
    it('makes room at once for what is longer than that', () => {
      const writer = new ByteWriter(Buffer.alloc(100));
      writer.raw(new Uint8Array(1_000));
      expect(writer.buffer.length).to.equal(1_000);
    });
    it('does not happen while there is room', () => {
      const buffer = Buffer.alloc(4);
      const writer = new ByteWriter(buffer);
      writer.u32(1);
      expect(writer.buffer).to.equal(buffer);
    });
    it('happens within a nested message, whose length is written into the new buffer', () => {
      const writer = small();
      const mark = writer.enter();
      writer.raw(new Uint8Array(5));
      writer.leave(mark);
      expectHex(writer.written(), '00000005 00 00 00 00 00');
    });
  });

  describe('enter() and leave()', () => {
    it('write the length of what is between them', () => {
      const writer = small();
      const mark = writer.enter();
      writer.u16(258);
      writer.leave(mark);
      writer.u8(9);
      expectHex(writer.written(), '00000002 01 02 09');
    });
    it('nest', () => {
      const writer = small();
      const outer = writer.enter();
      const inner = writer.enter();
      writer.u8(9);
      writer.leave(inner);
      writer.leave(outer);
      expectHex(writer.written(), '00000005 00000001 09');
    });
    it('take 32 messages within messages, the outermost counted', () => {
      const writer = small();
      for (let depth = 2; depth <= 32; depth++) writer.enter();
      expect(writer.offset).to.equal(31 * 4);
    });
    it('refuse 33', () => {
      const writer = small();
      for (let depth = 2; depth <= 32; depth++) writer.enter();
      expect(() => writer.enter()).to.throw(RangeError, 'messages nest deeper than 32');
    });
    it('take any number one after the other', () => {
      const writer = small();
      for (let i = 0; i < 100; i++) writer.leave(writer.enter());
      expect(writer.offset).to.equal(400);
    });
  });

  describe('rewind()', () => {
    it('forgets what a message that failed had written, and how deep it was', () => {
      const writer = small();
      writer.u8(7);
      const start = writer.offset;
      for (let depth = 2; depth <= 32; depth++) writer.enter();
      expect(() => writer.enter()).to.throw(RangeError);
      writer.rewind(start);
      for (let depth = 2; depth <= 32; depth++) writer.enter();
      expect(writer.offset).to.equal(1 + 31 * 4);
    });
    it('lets the next message begin where the one that failed began', () => {
      const writer = small();
      writer.u8(7);
      writer.enter();
      expect(() => writer.string('\ud83d')).to.throw(RangeError);
      writer.rewind(1);
      writer.u16(258);
      expectHex(writer.written(), '07 01 02');
    });
  });

  it('present() returns its argument, to be a condition', () => {
    expect([small().present(true), small().present(false)]).to.deep.equal([true, false]);
  });
  it('written() is not a copy', () => {
    const writer = new ByteWriter(Buffer.alloc(8));
    writer.u8(1);
    expect(writer.written().buffer).to.equal(writer.buffer.buffer);
  });

  const { int, long } = {
    int: (min: number, max: number) =>
      fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max)),
    long: (min: bigint, max: bigint) =>
      fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max)),
  };
  const safe = fc.maxSafeInteger();
  type Twin = (buffer: Buffer, value: never) => unknown;
  const twins: [
    method: Method,
    values: fc.Arbitrary<number | bigint>,
    bytes: number,
    twin: Twin,
  ][] = [
    ['u8', int(0, 0xff), 1, (buffer, value) => buffer.writeUInt8(value)],
    ['u16', int(0, 0xffff), 2, (buffer, value) => buffer.writeUInt16BE(value)],
    ['i32', int(-0x8000_0000, 0x7fff_ffff), 4, (buffer, value) => buffer.writeInt32BE(value)],
    ['u32', int(0, 0xffff_ffff), 4, (buffer, value) => buffer.writeUInt32BE(value)],
    [
      'i64',
      long(-(2n ** 63n), 2n ** 63n - 1n),
      8,
      (buffer, value) => buffer.writeBigInt64BE(value),
    ],
    ['u64', long(0n, 2n ** 64n - 1n), 8, (buffer, value) => buffer.writeBigUInt64BE(value)],
    ['i64Number', safe, 8, (buffer, value) => buffer.writeBigInt64BE(BigInt(value))],
    ['u64Number', safe.map(Math.abs), 8, (buffer, value) => buffer.writeBigUInt64BE(BigInt(value))],
  ];
  for (const [method, arbitrary, length, twin] of twins) {
    it(`${method}() is what Buffer writes: 1 000 random values`, () => {
      const property = fc.property(arbitrary, (value) => {
        const writer = small();
        call(writer, method, value);
        const expected = Buffer.alloc(length);
        twin(expected, value as never);
        expect(writer.written().toString('hex')).to.equal(expected.toString('hex'));
      });
      fc.assert(property, { numRuns: 1_000 });
    });
  }
});

function show(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value);
  return value instanceof Uint8Array ? `${value.length} bytes` : String(value);
}
