import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { ByteReader } from '../../src/wire/byte-reader';
import { ByteWriter } from '../../src/wire/byte-writer';
import {
  bool,
  bytes,
  int32,
  list,
  map,
  message,
  nested,
  oneof,
  optional,
  string,
  type Codec,
  type MessageField,
  type OneofValue,
} from '../../src/wire/codec';
import { expectViolation } from '../support/expect-violation';
import { expectHex, hex } from '../support/hex';

function decode<T>(codec: Codec<T>, input: Buffer): T {
  return codec.decode(new ByteReader().reset(input, 0, input.length));
}

// A message that has itself for a field, and one that has itself for the case of a oneof.
interface Node {
  readonly child: Node | undefined;
}
const nodeFields: MessageField[] = [];
const node = message<Node>('Node', nodeFields);
nodeFields.push({ name: 'child', codec: optional(nested(node)) });

interface Link {
  readonly next: OneofValue | undefined;
}
const linkFields: MessageField[] = [];
const link = message<Link>('Link', linkFields);
linkFields.push({
  name: 'next',
  codec: oneof('next', [{ number: 1, name: 'link', codec: nested(link) }]),
});

/** A Node of so many levels, the outermost counted: presence and length, the last has no child. */
function nodeBytes(levels: number): Buffer {
  const input = Buffer.alloc((levels - 1) * 5 + 1);
  for (let level = 1; level < levels; level++) {
    const at = (level - 1) * 5;
    input.writeUInt8(1, at);
    input.writeUInt32BE(input.length - at - 5, at + 1);
  }
  return input;
}

/** A Link with so many oneofs within each other: number, the oneof's length, the message's. */
function linkBytes(oneofs: number): Buffer {
  const input = Buffer.alloc(oneofs * 10 + 2);
  for (let at = 0; at < oneofs * 10; at += 10) {
    input.writeUInt16BE(1, at);
    input.writeUInt32BE(input.length - at - 6, at + 2);
    input.writeUInt32BE(input.length - at - 10, at + 6);
  }
  return input;
}

function nodeOf(levels: number): Node {
  let value: Node = { child: undefined };
  for (let level = 1; level < levels; level++) value = { child: value };
  return value;
}

function linkOf(oneofs: number): Link {
  let value: Link = { next: undefined };
  for (let i = 0; i < oneofs; i++) value = { next: { case: 'link', value } };
  return value;
}

describe('depth', () => {
  it('is written by hand as the codec writes it', () => {
    expectHex(nodeBytes(3), '01 00000006 01 00000001 00');
    expectHex(linkBytes(2), '0001 00000010 0000000c 0001 00000006 00000002 0000');
  });
  it('of 32 messages is read', () => expect(decode(node, nodeBytes(32))).to.deep.equal(nodeOf(32)));
  it('of 33 messages is refused', () => {
    expectViolation(() => decode(node, nodeBytes(33)), 'DEPTH_EXCEEDED');
  });
  it('of 10 000 messages is refused, and not by the stack', () => {
    expectViolation(() => decode(node, nodeBytes(10_000)), 'DEPTH_EXCEEDED');
  });
  it('of 15 oneofs is read: each counts two, for its value and the message in it', () => {
    expect(decode(link, linkBytes(15))).to.deep.equal(linkOf(15));
  });
  it('of 16 oneofs is refused', () => {
    expectViolation(() => decode(link, linkBytes(16)), 'DEPTH_EXCEEDED');
  });
  it('of 10 000 oneofs is refused, and not by the stack', () => {
    expectViolation(() => decode(link, linkBytes(10_000)), 'DEPTH_EXCEEDED');
  });

  const write = <T>(codec: Codec<T>, value: T): Buffer => {
    const writer = new ByteWriter();
    codec.encode(writer, value);
    return writer.written();
  };
  it('of 32 messages is written', () => {
    expect(write(node, nodeOf(32)).equals(nodeBytes(32))).to.be.true;
  });
  it('of 33 messages is not written', () => {
    expect(() => write(node, nodeOf(33))).to.throw(RangeError, 'messages nest deeper than 32');
  });
  it('of 15 oneofs is written', () => {
    expect(write(link, linkOf(15)).equals(linkBytes(15))).to.be.true;
  });
  it('of 16 oneofs is not written', () => {
    expect(() => write(link, linkOf(16))).to.throw(RangeError, 'messages nest deeper than 32');
  });
  it('without end, a message that holds itself, is not written', () => {
    const endless: { child: Node | undefined } = { child: undefined };
    endless.child = endless;
    expect(() => write(node, endless)).to.throw(RangeError, 'messages nest deeper than 32');
  });
});

describe('a count', () => {
  const point = message('Point', [{ name: 'x', codec: int32 }]);
  const tooBig: [what: string, codec: Codec<unknown>, text: string][] = [
    ['the largest, of bools', list(bool), 'ffffffff 00'],
    ['of 2^31 bools', list(bool), '80000000 00'],
    ['one more bool than there are bytes', list(bool), '00000003 00 00'],
    ['one more int32 than fits', list(int32), '00000002 00000000 000000'],
    ['of strings', list(string), '00000002 00000000 000000'],
    ['of lists', list(list(bool)), '00000002 00000000 000000'],
    ['of messages', list(nested(point)), '10000000 00000000'],
    ['of messages of no fields', list(nested(message('Empty', []))), 'ffffffff 00000000'],
    ['of messages without a length around them', list(message('Empty', [])), 'ffffffff'],
    ['of pairs', map(string, bool), '00000002 00000000 00 00000000'],
    ['the largest, of pairs', map(string, bool), 'ffffffff'],
    [
      'within a nested message',
      nested(message('M', [{ name: 'x', codec: list(bool) }])),
      '00000004 00000001 00',
    ],
  ];
  for (const [what, codec, text] of tooBig) {
    it(`is refused: ${what}`, () => {
      expectViolation(() => decode(codec, hex(text)), 'COUNT_TOO_BIG');
    });
  }
  it('that is right but for the last element is refused at that element', () => {
    const text = '00000002 00000004 61616161';
    expectViolation(() => decode(list(string), hex(`${text} 000000`)), 'FIELD_CUT');
  });

  const huge: [what: string, codec: Codec<unknown>, text: string][] = [
    ['a list', list(bool), 'ffffffff 00'],
    ['a map', map(string, bool), 'ffffffff 00'],
    ['a string', string, 'ffffffff 61'],
    ['bytes', bytes, 'ffffffff 61'],
    ['a nested message', nested(point), 'ffffffff 61'],
    ['an unknown case of a oneof', oneof('o', []), '0001 ffffffff 61'],
  ];
  for (const [what, codec, text] of huge) {
    it(`or length of 2^32-1 allocates nothing big: ${what}`, () => {
      const input = hex(text);
      const before = memoryBytes();
      expect(() => decode(codec, input)).to.throw();
      expect(memoryBytes() - before).to.be.below(1_000_000);
    });
  }
});

function memoryBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
