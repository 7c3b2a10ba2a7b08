import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { ByteReader } from '../../src/wire/byte-reader';
import {
  bool,
  int32,
  list,
  map,
  message,
  nested,
  oneof,
  optional,
  string,
  type Codec,
} from '../../src/wire/codec';
import { expectViolation } from '../support/expect-violation';
import { hex } from '../support/hex';

function decodeBytes<T>(codec: Codec<T>, input: Buffer): T {
  return codec.decode(new ByteReader().reset(input, 0, input.length));
}

function decode<T>(codec: Codec<T>, text: string): T {
  return decodeBytes(codec, hex(text));
}

// What was there first, and what it has become: the same fields, then new ones.
const first = message('First', [
  { name: 'id', codec: int32 },
  { name: 'name', codec: string },
]);
const choice = oneof('choice', [
  { number: 7, name: 'flag', codec: bool },
  { number: 8, name: 'first', codec: nested(first) },
]);
const later = message('Later', [
  { name: 'id', codec: int32 },
  { name: 'name', codec: string },
  { name: 'maybe', codec: optional(int32) },
  { name: 'ids', codec: list(int32) },
  { name: 'flags', codec: map(string, bool) },
  { name: 'inner', codec: optional(nested(first)) },
  { name: 'choice', codec: choice },
  { name: 'end', codec: bool },
]);

/** The fields of a Later, one by one, and each value. */
const fields: [text: string, name: string, value: unknown][] = [
  ['00000007', 'id', 7],
  ['00000001 61', 'name', 'a'],
  ['01 00000009', 'maybe', 9],
  ['00000002 00000001 00000002', 'ids', [1, 2]],
  ['00000001 00000001 61 01', 'flags', new Map([['a', true]])],
  ['01 00000009 00000001 00000001 61', 'inner', { id: 1, name: 'a' }],
  [
    '0008 0000000d 00000009 00000002 00000001 62',
    'choice',
    { case: 'first', value: { id: 2, name: 'b' } },
  ],
  ['01', 'end', true],
];
const whole = hex(fields.map(([text]) => text).join(' '));

// A list or map that is cut after its count: the count does not fit into what is left.
const countsCut: Record<string, [from: number, to: number]> = { ids: [4, 11], flags: [4, 8] };

describe('a message shorter than the reader knows', () => {
  for (let known = 0; known <= fields.length; known++) {
    const there = fields.slice(0, known);
    const input = hex(there.map(([text]) => text).join(' '));
    it(`has the first ${known} of ${fields.length} fields, the rest at their defaults`, () => {
      const given = Object.fromEntries(there.map(([, name, value]) => [name, value]));
      expect(decodeBytes(later, input)).to.deep.equal({ ...later.zero(), ...given });
    });
    const [text, name] = fields[known] ?? ['', ''];
    const [from, to] = countsCut[name] ?? [Infinity, 0];
    for (let cut = 1; cut < hex(text).length; cut++) {
      const violation = cut >= from && cut <= to ? 'COUNT_TOO_BIG' : 'FIELD_CUT';
      it(`is refused when '${name}' has its first ${cut} bytes only: ${violation}`, () => {
        const some = Buffer.concat([input, hex(text).subarray(0, cut)]);
        expectViolation(() => decodeBytes(later, some), violation);
      });
    }
  }
  it('may be nested', () => {
    expect(decode(nested(first), '00000004 00000007')).to.deep.equal({ id: 7, name: '' });
  });
  it('may be nested in a list, each at its own length', () => {
    const text = '00000003 00000004 00000007 00000000 00000009 00000008 00000001 61';
    expect(decode(list(nested(first)), text)).to.deep.equal([
      { id: 7, name: '' },
      { id: 0, name: '' },
      { id: 8, name: 'a' },
    ]);
  });
  it('may be the value of a map', () => {
    const text = '00000001 00000001 61 00000004 00000007';
    expect(decode(map(string, nested(first)), text)).to.deep.equal(
      new Map([['a', { id: 7, name: '' }]]),
    );
  });
  it('may be the value of a oneof', () => {
    expect(decode(choice, '0008 00000008 00000004 00000007')).to.deep.equal({
      case: 'first',
      value: { id: 7, name: '' },
    });
  });
  it('may be nothing in a oneof, not even its length', () => {
    expect(decode(choice, '0008 00000000')).to.deep.equal({
      case: 'first',
      value: { id: 0, name: '' },
    });
  });
  it('is refused when the end of a nested message cuts a field', () => {
    expectViolation(() => decode(nested(first), '00000003 00 00 00 07'), 'FIELD_CUT');
  });
});

describe('a message longer than the reader knows', () => {
  const holder = message('Holder', [
    { name: 'inner', codec: nested(first) },
    { name: 'after', codec: int32 },
  ]);
  it('is read as far as it is known', () => {
    expect(decodeBytes(first, whole)).to.deep.equal({ id: 7, name: 'a' });
  });
  it('is skipped to its end when nested', () => {
    const text = '0000000c 00000007 00000001 61 ff ff ff 00000009';
    expect(decode(holder, text)).to.deep.equal({ inner: { id: 7, name: 'a' }, after: 9 });
  });
  it('is skipped to its end in a list', () => {
    const text = '00000002 0000000a 00000001 00000000 ff ff 00000008 00000002 00000000';
    expect(decode(list(nested(first)), text)).to.deep.equal([
      { id: 1, name: '' },
      { id: 2, name: '' },
    ]);
  });
  it('is skipped to its end in a oneof', () => {
    const chooser = message('Chooser', [
      { name: 'choice', codec: choice },
      { name: 'after', codec: int32 },
    ]);
    expect(decode(chooser, '0007 00000003 01 ff ff 00000009')).to.deep.equal({
      choice: { case: 'flag', value: true },
      after: 9,
    });
  });
});

describe('a case of a oneof newer than the reader', () => {
  const holder = message('Holder', [
    { name: 'choice', codec: choice },
    { name: 'after', codec: int32 },
  ]);
  it('is none, and what follows is read', () => {
    expect(decode(holder, '0009 00000003 ff ff ff 00000007')).to.deep.equal({
      choice: undefined,
      after: 7,
    });
  });
  it('is none also when its value is empty', () => {
    expect(decode(holder, 'ffff 00000000 00000007')).to.deep.equal({ choice: undefined, after: 7 });
  });
});
