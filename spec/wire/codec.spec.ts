import type { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { ByteReader } from '../../src/wire/byte-reader';
import { ByteWriter } from '../../src/wire/byte-writer';
import {
  bool,
  bytes,
  double,
  enumOf,
  float,
  int32,
  int64,
  int64Number,
  list,
  map,
  message,
  nested,
  oneof,
  optional,
  string,
  uint32,
  uint64,
  uint64Number,
  type Codec,
} from '../../src/wire/codec';
import { expectViolation } from '../support/expect-violation';
import { expectHex, hex } from '../support/hex';

function encode<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new ByteWriter();
  codec.encode(writer, value);
  return writer.written();
}

function decode<T>(codec: Codec<T>, text: string): T {
  const input = hex(text);
  return codec.decode(new ByteReader().reset(input, 0, input.length));
}

/** A value that the compiler would refuse. */
function wrong(value: unknown): never {
  return value as never;
}

const color = enumOf('Color');
const point = message<{ x: number; y: number }>('Point', [
  { name: 'x', codec: int32 },
  { name: 'y', codec: int32 },
]);
const empty = message('Empty', []);
const choice = oneof('choice', [
  { number: 3, name: 'text', codec: string },
  { number: 5, name: 'point', codec: nested(point) },
  { number: 65_535, name: 'count', codec: uint32 },
]);
const everything = message('Everything', [
  { name: 'ready', codec: bool },
  { name: 'name', codec: string },
  { name: 'at', codec: optional(nested(point)) },
  { name: 'choice', codec: choice },
  { name: 'sums', codec: list(int64) },
]);

describe('codec', () => {
  const cases: [what: string, codec: Codec<unknown>, value: unknown, text: string][] = [
    ['a bool', bool, true, '01'],
    ['an int32', int32, -2, 'ff ff ff fe'],
    ['a uint32', uint32, 4_294_967_295, 'ff ff ff ff'],
    ['an int64', int64, -2n, 'ff ff ff ff ff ff ff fe'],
    ['a uint64', uint64, 2n ** 64n - 1n, 'ff ff ff ff ff ff ff ff'],
    ['an int64 in a number', int64Number, -4_294_967_297, 'ff ff ff fe ff ff ff ff'],
    ['a uint64 in a number', uint64Number, 4_294_967_298, '00 00 00 01 00 00 00 02'],
    ['a float', float, -1.5, 'bf c0 00 00'],
    ['a double', double, Math.PI, '40 09 21 fb 54 44 2d 18'],
    ['a string', string, 'Olá', '00000004 4f 6c c3 a1'],
    ['bytes', bytes, new Uint8Array([0, 255]), '00000002 00 ff'],
    ['an enum', color, 2, '00 00 00 02'],
    ['a number that the enum has no name for', color, -7, 'ff ff ff f9'],
    ['an optional that is there', optional(int32), 0, '01 00000000'],
    ['an optional that is not', optional(int32), undefined, '00'],
    [
      'an optional message',
      optional(nested(point)),
      { x: 1, y: 2 },
      '01 00000008 00000001 00000002',
    ],
    ['an empty list', list(int32), [], '00000000'],
    ['a list of numbers', list(int32), [1, -1], '00000002 00000001 ffffffff'],
    ['a list of strings', list(string), ['a', ''], '00000002 00000001 61 00000000'],
    [
      'a list of messages',
      list(nested(point)),
      [{ x: 1, y: 2 }],
      '00000001 00000008 00000001 00000002',
    ],
    ['a list of empty messages', list(nested(empty)), [{}, {}], '00000002 00000000 00000000'],
    ['an empty map', map(string, int32), new Map(), '00000000'],
    [
      'a map of strings',
      map(string, int32),
      new Map([
        ['a', 1],
        ['', 2],
      ]),
      '00000002 00000001 61 00000001 00000000 00000002',
    ],
    ['a map of bools', map(bool, bool), new Map([[false, true]]), '00000001 00 01'],
    [
      'a map of int64',
      map(int64, string),
      new Map([[-1n, 'a']]),
      '00000001 ffffffffffffffff 00000001 61',
    ],
    [
      'a map to messages',
      map(uint32, nested(point)),
      new Map([[7, { x: 1, y: 2 }]]),
      '00000001 00000007 00000008 00000001 00000002',
    ],
    ['a message', point, { x: 1, y: -1 }, '00000001 ffffffff'],
    ['a message of no fields', empty, {}, ''],
    ['a nested message', nested(point), { x: 1, y: -1 }, '00000008 00000001 ffffffff'],
    ['a oneof that is none', choice, undefined, '0000'],
    ['a oneof with a scalar', choice, { case: 'text', value: 'a' }, '0003 00000005 00000001 61'],
    [
      'a oneof with a message',
      choice,
      { case: 'point', value: { x: 1, y: 2 } },
      '0005 0000000c 00000008 00000001 00000002',
    ],
    [
      'the highest number of a oneof',
      choice,
      { case: 'count', value: 7 },
      'ffff 00000004 00000007',
    ],
    [
      'a message of everything, in the order of its fields',
      everything,
      {
        ready: true,
        name: 'a',
        at: { x: 1, y: 2 },
        choice: { case: 'count', value: 7 },
        sums: [1n],
      },
      '01 00000001 61 01 00000008 00000001 00000002 ffff 00000004 00000007 00000001 0000000000000001',
    ],
  ];
  for (const [what, codec, value, text] of cases) {
    it(`writes ${what}`, () => expectHex(encode(codec, value), text));
    it(`reads ${what}`, () => expect(decode(codec, text)).to.deep.equal(value));
  }

  const zeros: [codec: Codec<unknown>, zero: unknown][] = [
    [bool, false],
    [int32, 0],
    [uint32, 0],
    [int64, 0n],
    [uint64, 0n],
    [int64Number, 0],
    [uint64Number, 0],
    [float, 0],
    [double, 0],
    [string, ''],
    [bytes, new Uint8Array(0)],
    [color, 0],
    [optional(int32), undefined],
    [list(int32), []],
    [map(string, int32), new Map()],
    [nested(point), { x: 0, y: 0 }],
    [choice, undefined],
    [everything, { ready: false, name: '', at: undefined, choice: undefined, sums: [] }],
  ];
  for (const [codec, zero] of zeros) {
    it(`has proto3's default of ${codec.name}`, () => expect(codec.zero()).to.deep.equal(zero));
  }

  describe('bytesMin', () => {
    const least: [codec: Codec<unknown>, text: string][] = [
      [bool, '00'],
      [int32, '00000000'],
      [uint32, '00000000'],
      [int64, '0000000000000000'],
      [uint64, '0000000000000000'],
      [int64Number, '0000000000000000'],
      [uint64Number, '0000000000000000'],
      [float, '00000000'],
      [double, '0000000000000000'],
      [string, '00000000'],
      [bytes, '00000000'],
      [color, '00000000'],
      [optional(int64), '00'],
      [list(int64), '00000000'],
      [map(int64, int64), '00000000'],
      [nested(point), '00000000'],
      [choice, '0000'],
    ];
    for (const [codec, text] of least) {
      it(`is the size of the shortest ${codec.name}`, () => {
        decode(codec, text);
        expect(codec.bytesMin).to.equal(hex(text).length);
      });
    }
    it('is never 0, or a count would have no bound', () => {
      expect(empty.bytesMin).to.equal(1);
    });
  });

  describe('map', () => {
    const twice: [key: Codec<unknown>, text: string][] = [
      [string, '00000002 00000001 61 00 00000001 61 00'],
      [int32, '00000002 ffffffff 00 ffffffff 00'],
      [uint64, '00000002 0000000000000007 00 0000000000000007 00'],
      [int64Number, '00000002 0000000000000007 00 0000000000000007 00'],
      [bool, '00000003 00 00 01 00 00 00'],
    ];
    for (const [key, text] of twice) {
      it(`refuses a key of ${key.name} that comes twice`, () => {
        expectViolation(() => decode(map(key, bool), text), 'MAP_KEY_REPEATED');
      });
    }
    it('shows the beginning of a long key only, and no control characters', () => {
      const key = `000003e9 0a ${'61'.repeat(1_000)}`;
      expect(() => decode(map(string, bool), `00000002 ${key} 00 ${key} 00`)).to.throw(
        `MAP_KEY_REPEATED: a map has the key "\\n${'a'.repeat(39)}" twice`,
      );
    });
  });

  describe('oneof', () => {
    it('refuses to write a case that it does not have', () => {
      expect(() => encode(choice, { case: 'toString', value: '' })).to.throw(
        TypeError,
        'oneof choice has no case toString',
      );
    });
    it('refuses a value that goes beyond its length', () => {
      expectViolation(() => decode(choice, '0003 00000004 00000001 61'), 'FIELD_CUT');
    });
    it('refuses a value that goes beyond the message', () => {
      expectViolation(() => decode(choice, '0003 00000006 00000001 61'), 'FIELD_CUT');
    });
    it('refuses an unknown case that goes beyond the message', () => {
      expectViolation(() => decode(choice, '0009 00000003 ff ff'), 'FIELD_CUT');
    });
  });

  describe('message', () => {
    it('creates one with the rest at its defaults', () => {
      expect(point.create({ y: 7 })).to.deep.equal({ x: 0, y: 7 });
    });
    it('creates one that shares no list with another', () => {
      const holder = message<{ values: number[] }>('Holder', [
        { name: 'values', codec: list(int32) },
      ]);
      expect(holder.create().values).to.not.equal(holder.create().values);
    });
    it('keeps a field that was given as undefined', () => {
      const holder = message<{ value?: number | undefined }>('Holder', [
        { name: 'value', codec: optional(int32) },
      ]);
      expect(holder.create({ value: undefined })).to.deep.equal({ value: undefined });
    });
    it('ignores what is not a field', () => {
      expect(point.create(wrong({ x: 1, z: 2 }))).to.deep.equal({ x: 1, y: 0 });
    });
    it('refuses to write a field of the wrong type', () => {
      expect(() => encode(point, wrong({ x: 1, y: '2' }))).to.throw(TypeError, 'int32 wanted');
    });
    it('refuses to write without a field', () => {
      expect(() => encode(point, wrong({ x: 1 }))).to.throw(TypeError, 'got undefined');
    });
  });

  describe('names that every object has', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
    const odd = message<Record<string, unknown>>(
      'Odd',
      names.map((name) => ({ name, codec: int32 })),
    );
    const text = '00000001 00000002 00000003 00000004 00000005';
    it('are read as fields of its own', () => {
      const value = decode(odd, text);
      const own = Object.entries(value);
      expect(own).to.deep.equal(names.map((name, i) => [name, i + 1]));
    });
    it('are written as fields', () => expectHex(encode(odd, decode(odd, text)), text));
    it('have their defaults, not what every object inherits', () => {
      expect(Object.values(odd.create({ valueOf: 7 }))).to.deep.equal([0, 0, 0, 7, 0]);
    });
    it('are keys of a map like others', () => {
      const text = '00000002 00000009 5f5f70726f746f5f5f 01 00000008 746f537472696e67 00';
      const entries = decode(map(string, bool), text);
      expect([...entries]).to.deep.equal([
        ['__proto__', true],
        ['toString', false],
      ]);
    });
    it('are cases of a oneof like others', () => {
      const strange = oneof('strange', [{ number: 1, name: '__proto__', codec: bool }]);
      expect(decode(strange, '0001 00000001 01')).to.deep.equal({ case: '__proto__', value: true });
    });
    it('do not include __proto__ for a field, which would set the prototype', () => {
      expect(() => message('Odd', [{ name: '__proto__', codec: nested(point) }])).to.throw(
        TypeError,
        'message Odd has a field named __proto__',
      );
    });
  });
});
