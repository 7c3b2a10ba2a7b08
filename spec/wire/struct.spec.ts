import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { emptyHeader, readHeader } from '../../src/wire/header';
import { struct, type Packable, type StructValue, type Unpacked } from '../../src/wire/struct';
import { expectHex, hex } from '../support/hex';

// Beside a literal the types say what may be packed; here formats come from tables.
type AnyStruct = ReturnType<typeof struct<string>>;
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('struct', () => {
  const cases: [format: string, values: StructValue[], packed: string][] = [
    // The header of a frame: CALL with LAST and MSG on stream 7, service 2, method 1
    ['!IIBBHHH', [20, 7, 2, 5, 0, 2, 1], '00000014 00000007 02 05 0000 0002 0001'],
    ['>h', [-2], 'ff fe'],
    ['<h', [-2], 'fe ff'],
    ['=h', [-2], 'fe ff'],
    ['@h', [-2], 'fe ff'],
    ['h', [-2], 'fe ff'],
    ['!bB', [-128, 255], '80 ff'],
    ['!hH', [-32_768, 65_535], '8000 ffff'],
    ['!iI', [-2_147_483_648, 4_294_967_295], '80000000 ffffffff'],
    ['!lL', [2_147_483_647, 0x01020304], '7fffffff 01020304'],
    ['<lL', [2_147_483_647, 0x01020304], 'ffffff7f 04030201'],
    ['!qQ', [-(2n ** 63n), 2n ** 64n - 1n], '8000000000000000 ffffffffffffffff'],
    ['<Q', [0x0102030405060708n], '08 07 06 05 04 03 02 01'],
    ['lL', [-1n, 258n], 'ffffffffffffffff 0201000000000000'],
    ['nNP', [-2n, 1n, 4_096n], 'feffffffffffffff 0100000000000000 0010000000000000'],
    ['!??', [true, false], '01 00'],
    ['!cc', [bytes('a'), bytes('\xff')], '61 ff'],
    ['!5s', [bytes('Porto')], '50 6f 72 74 6f'],
    ['!0s', [bytes('')], ''],
    ['!4pB', [bytes('Rio'), 9], '03 52 69 6f 09'],
    ['!f', [-1.5], 'bf c0 00 00'],
    ['<f', [-1.5], '00 00 c0 bf'],
    ['!d', [Math.PI], '400921fb54442d18'],
    ['!eee', [1, -2, 65_504], '3c00 c000 7bff'],
    ['!eeee', [-0, Infinity, -Infinity, 2 ** -24], '8000 7c00 fc00 0001'],
    ['!3H', [1, 2, 3], '0001 0002 0003'],
    ['!0HB', [1], '01'],
    ['!Hx2xH', [1, 2], '0001 00 0000 0002'],
    [' \t\n\v\f\r2H h ', [1, 2, 3], '0100 0200 0300'],
    ['! B H', [1, 2], '01 0002'],
    ['', [], ''],
    ['!', [], ''],
    // Native mode aligns each letter to its own size
    ['bi', [1, 2], '01 000000 02000000'],
    ['ib', [2, 1], '02000000 01'],
    ['ib0i', [2, 1], '02000000 01 000000'],
    ['bhbq', [1, 2, 3, 4n], '01 00 0200 03 000000 0400000000000000'],
    ['=bhbq', [1, 2, 3, 4n], '01 0200 03 0400000000000000'],
    ['b3sed', [1, bytes('abc'), 1, 1], '01 616263 003c 0000 000000000000f03f'],
    ['@c?f', [bytes('z'), true, 1], '7a 01 0000 0000803f'],
  ];
  for (const [format, values, packed] of cases) {
    const layout: AnyStruct = struct(format);
    it(`packs ${JSON.stringify(format)}`, () => expectHex(layout.pack(...values), packed));
    it(`unpacks ${JSON.stringify(format)}`, () => {
      expect(layout.unpack(hex(packed))).to.deep.equal(values);
    });
    it(`knows the size of ${JSON.stringify(format)}`, () => {
      expect(layout.size).to.equal(hex(packed).length);
    });
  }

  describe('pack', () => {
    const packs: [what: string, packed: () => Buffer, expected: string][] = [
      ['fills s with zeros', () => struct('!4s').pack(bytes('ab')), '61 62 00 00'],
      ['cuts s', () => struct('!2s').pack(bytes('abc')), '61 62'],
      ['fills p with zeros', () => struct('!5p').pack(bytes('ab')), '02 61 62 00 00'],
      ['cuts p, whose length takes a byte', () => struct('!3p').pack(bytes('abc')), '02 61 62'],
      ['has no room in 1p', () => struct('!1p').pack(bytes('abc')), '00'],
      ['has not even a length in 0p', () => struct('!0pB').pack(bytes('abc'), 7), '07'],
      ['takes a safe number for q', () => struct('!q').pack(-2), 'ff ff ff ff ff ff ff fe'],
      ['takes any Uint8Array for s', () => struct('!2s').pack(new Uint8Array([1, 2])), '01 02'],
      ['rounds f to the nearest', () => struct('!f').pack(0.1), '3d cc cc cd'],
      ['rounds the largest f down', () => struct('!f').pack(3.4028235677973362e38), '7f 7f ff ff'],
      ['overflows f in native mode, as Python does', () => struct('f').pack(-1e39), '00 00 80 ff'],
      ['packs a negative address', () => struct('P').pack(-1), 'ff ff ff ff ff ff ff ff'],
      ['writes the NaN of f', () => struct('!f').pack(NaN), '7f c0 00 00'],
      ['writes the NaN of e', () => struct('!e').pack(NaN), '7e 00'],
      ['rounds a tie of e to even, down', () => struct('!e').pack(1 + 2 ** -11), '3c 00'],
      ['rounds a tie of e to even, up', () => struct('!e').pack(1 + 3 * 2 ** -11), '3c 02'],
      ['carries a rounded e', () => struct('!e').pack(2 - 2 ** -12), '40 00'],
      ['rounds e up to its least normal', () => struct('!e').pack(2 ** -14 - 2 ** -26), '04 00'],
      ['rounds half the least e to zero', () => struct('!e').pack(2 ** -25), '00 00'],
      ['rounds more than half of it up', () => struct('!e').pack(1.01 * 2 ** -25), '00 01'],
      ['rounds the largest e down', () => struct('!e').pack(65_519.9), '7b ff'],
    ];
    for (const [what, packed, expected] of packs) {
      it(what, () => expectHex(packed(), expected));
    }
    it('cuts p at 255 bytes and keeps the rest', () => {
      const packed = struct('!300p').pack(Buffer.alloc(299, 0x61));
      expectHex(packed, `ff ${'61'.repeat(299)}`);
    });
    it('writes pad bytes as zeros over what was there', () => {
      const buffer = Buffer.alloc(5, 0xee);
      struct('!B2xB').packInto(buffer, 1, 1, 2);
      expectHex(buffer, 'ee 01 00 00 02');
    });
    it('counts a negative offset from the end', () => {
      const buffer = Buffer.alloc(5, 0xee);
      struct('!H').packInto(buffer, -3, 1);
      expectHex(buffer, 'ee ee 00 01 ee');
    });
    it('leaves the buffer alone when a value is refused', () => {
      const buffer = Buffer.alloc(4, 0xee);
      expect(() => struct('!HH').packInto(buffer, 0, 1, 65_536)).to.throw(RangeError);
      expectHex(buffer, 'ee ee ee ee');
    });
  });

  describe('unpack', () => {
    it('takes every byte but zero for true', () => {
      expect(struct('!4?').unpack(hex('00 01 02 ff'))).to.deep.equal([false, true, true, true]);
    });
    it('keeps the zeros that fill s', () => {
      expect(struct('!4s').unpack(hex('61 62 00 00'))).to.deep.equal([bytes('ab\0\0')]);
    });
    it('cuts the length of p to the room', () => {
      expect(struct('!3p').unpack(hex('ff 61 62'))).to.deep.equal([bytes('ab')]);
    });
    it('finds nothing in 0p', () => {
      expect(struct('!0p').unpack(hex(''))).to.deep.equal([bytes('')]);
    });
    it('shares no memory with the input', () => {
      const input = hex('61 62');
      const [value] = struct('!2s').unpack(input);
      input.fill(0);
      expectHex(value, '61 62');
    });
    it('reads a view that begins within its memory', () => {
      const view = new Uint8Array(hex('00 00 01 02 00')).subarray(2, 4);
      expect(struct('!H').unpack(view)).to.deep.equal([258]);
    });
    it('reads from an offset', () => {
      expect(struct('!H').unpackFrom(hex('00 01 02 03'), 1)).to.deep.equal([258]);
    });
    it('reads from an offset that counts from the end', () => {
      expect(struct('!H').unpackFrom(hex('00 01 02 03'), -2)).to.deep.equal([515]);
    });
    it('reads one struct after the other', () => {
      const all = [...struct('!BB').iterUnpack(hex('01 02 03 04'))];
      expect(all.flat()).to.deep.equal([1, 2, 3, 4]);
    });
  });

  describe('refuses, and says why:', () => {
    const H = struct('!H') as AnyStruct;
    const q = struct('!q') as AnyStruct;
    const headerOf = struct('!IIBBHHH');
    const refused: [run: () => unknown, type: ErrorConstructor, text: string][] = [
      [() => struct('!Bz'), RangeError, "bad char 'z' in struct format at position 2"],
      [() => struct('!HH12é'), RangeError, "bad char 'é' in struct format at position 5"],
      [() => struct('3 H'), RangeError, "bad char ' ' in struct format at position 1"],
      [() => struct(' !H'), RangeError, "bad char '!' in struct format at position 1"],
      [() => struct('!n'), RangeError, "bad char 'n' in struct format at position 1"],
      [
        () => struct('!H12'),
        RangeError,
        'repeat count 12 without a letter after it in struct format',
      ],
      [() => struct('!9007199254740992x'), RangeError, 'struct of more than 2^53-1 bytes'],
      [() => H.pack(), TypeError, "pack expected 1 values for '!H', got 0"],
      [() => H.pack(1, 2), TypeError, "pack expected 1 values for '!H', got 2"],
      [() => H.pack(70_000), RangeError, "'H' format requires 0 <= number <= 65535, got 70000"],
      [() => H.pack(-1), RangeError, "'H' format requires 0 <= number <= 65535, got -1"],
      [() => H.pack(1.5), TypeError, "'H' format requires an integer, got 1.5"],
      [() => H.pack(1n), TypeError, "'H' format requires an integer, got bigint"],
      [() => H.pack(null as never), TypeError, "'H' format requires an integer, got null"],
      [() => H.pack(true), TypeError, "'H' format requires an integer, got boolean"],
      [
        () => q.pack(2 ** 53),
        RangeError,
        "'q' format requires a bigint beyond 2^53-1, got 9007199254740992",
      ],
      [() => q.pack(0.5), TypeError, "'q' format requires a bigint or an integer, got 0.5"],
      [
        () => q.pack(2n ** 63n),
        RangeError,
        "'q' format requires -9223372036854775808 <= number <= 9223372036854775807, got 9223372036854775808",
      ],
      [() => struct('!f').pack(3.5e38), RangeError, 'float too large to pack with f format'],
      [() => struct('!e').pack(-65_520), RangeError, 'float too large to pack with e format'],
      [
        () => (struct('!d') as AnyStruct).pack(1n),
        TypeError,
        "'d' format requires a number, got bigint",
      ],
      [
        () => (struct('!?') as AnyStruct).pack(1),
        TypeError,
        "'?' format requires a boolean, got 1",
      ],
      [() => struct('!c').pack(bytes('ab')), RangeError, "'c' format requires one byte, got 2"],
      [
        () => (struct('!2s') as AnyStruct).pack(2),
        TypeError,
        "'s' format requires a Uint8Array, got 2",
      ],
      [
        () => headerOf.unpack(hex('010203')),
        RangeError,
        'unpack requires a buffer of 16 bytes, got 3',
      ],
      [() => H.unpack(hex('010203')), RangeError, 'unpack requires a buffer of 2 bytes, got 3'],
      [
        () => H.unpackFrom(hex('0102'), 1),
        RangeError,
        'unpackFrom requires 2 bytes at offset 1 of a buffer of 2 bytes',
      ],
      [
        () => H.unpackFrom(hex('0102'), -1),
        RangeError,
        'unpackFrom requires 2 bytes at offset -1 of a buffer of 2 bytes',
      ],
      [
        () => H.unpackFrom(hex('0102'), -3),
        RangeError,
        'unpackFrom requires 2 bytes at offset -3 of a buffer of 2 bytes',
      ],
      [() => H.unpackFrom(hex('0102'), 0.5), TypeError, 'offset 0.5 is not an integer'],
      [
        () => H.packInto(Buffer.alloc(2), 1, 1),
        RangeError,
        'packInto requires 2 bytes at offset 1 of a buffer of 2 bytes',
      ],
      [
        () => H.iterUnpack(hex('010203')),
        RangeError,
        'iterUnpack requires a buffer of a multiple of 2 bytes, got 3',
      ],
      [
        () => struct('').iterUnpack(hex('')),
        RangeError,
        'iterUnpack requires a struct of 1 byte or more',
      ],
    ];
    for (const [run, type, text] of refused) {
      it(text, () => expect(run).to.throw(type).with.property('message', text));
    }
    it('a NUL in a format', () => {
      expect(() => struct('H\0')).to.throw(RangeError, 'at position 1');
    });
    it('a string where bytes are wanted', () => {
      const notBytes: unknown = '\x01\x02';
      expect(() => H.unpack(notBytes as Buffer)).to.throw(TypeError, 'requires a Uint8Array');
    });
  });

  it('reads a header as header.ts does: 500 times sixteen bytes', () => {
    const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const property = fc.property(sixteen, (input) => {
      const header = emptyHeader();
      readHeader(Buffer.from(input), 0, header);
      const { length, stream, type, flags, code, service, method } = header;
      const fields = [length, stream, type, flags, code, service, method];
      expect(struct('!IIBBHHH').unpack(input)).to.deep.equal(fields);
    });
    fc.assert(property, { numRuns: 500 });
  });
  it('compiles a format once', () => {
    expect(struct('!HHHB')).to.equal(struct('!HHHB'));
  });
  it('keeps no more than a hundred formats', () => {
    const first = struct('!7H');
    for (let count = 1; count <= 100; count++) struct(`!${count}B`);
    expect(struct('!7H')).to.not.equal(first);
  });
  it('has the types of a literal format', () => {
    const same: [
      Same<Unpacked<'!IIBBHHH'>, [number, number, number, number, number, number, number]>,
      Same<Unpacked<'!l 2Q'>, [number, bigint, bigint]>,
      Same<Unpacked<'@l'>, [bigint]>,
      Same<Unpacked<'Lx12sc?'>, [bigint, Buffer, Buffer, boolean]>,
      Same<Unpacked<'!03e0d'>, [number, number, number]>,
      Same<Unpacked<'!B100H'>, [number, ...number[]]>,
      Same<Packable<'!Qs?'>, [bigint | number, Buffer | Uint8Array, boolean]>,
      Same<Unpacked<string>, StructValue[]>,
    ] = [true, true, true, true, true, true, true, true];
    expect(same).to.not.include(false);
  });
});

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
