import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { ByteWriter } from '../../src/wire/byte-writer';
import * as codec from '../../src/wire/codec';
import { FIRST_IGNORABLE_TYPE, Flag, FrameType, HEADER_SIZE } from '../../src/wire/frame';
import type { FrameHeader, Role } from '../../src/wire/frame';
import { FrameDecoder } from '../../src/wire/frame-decoder';
import { checkHeader } from '../../src/wire/header';
import * as limits from '../../src/wire/limits';
import { PREFACE } from '../../src/wire/preface';
import { VIOLATIONS } from '../../src/wire/protocol-error';
import { StatusCode } from '../../src/wire/status-code';
import { hex } from '../support/hex';

// docs/PROTOCOL.md is normative, so its tables, examples and dumps are read here as data and held
// against the code: a change on one side only fails. The bytes expected of §15 are by hand.

const DOCUMENT = readFileSync(join(__dirname, '../../docs/PROTOCOL.md'), 'utf8');

/** The text of one numbered section. */
function section(number: number): string {
  const text = DOCUMENT.split(/^## (?=\d+\. )/m).find((one) => one.startsWith(`${number}. `));
  if (text === undefined) throw new Error(`docs/PROTOCOL.md has no section ${number}`);
  return text;
}

/** The rows of the section's table whose header begins with these cells, cells trimmed. */
function table(number: number, ...header: string[]): string[][] {
  const lines = section(number).split('\n');
  const first = lines.findIndex((line) => line.startsWith(`| ${header.join(' | ')} |`));
  if (first < 0) throw new Error(`section ${number} has no table ${header.join(', ')}`);
  const rows: string[][] = [];
  for (const line of lines.slice(first + 2)) {
    if (!line.startsWith('|')) break;
    const cells = line.slice(1, line.lastIndexOf('|')).split('|');
    rows.push(cells.map((cell) => cell.trim()));
  }
  return rows;
}

/** `65 536` as a number. */
function numberOf(text: string): number {
  return Number(text.replaceAll(' ', ''));
}

/** The pairs of a numeric enum. */
function membersOf(numericEnum: object): [string, number][] {
  const entries: [string, unknown][] = Object.entries(numericEnum);
  return entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number');
}

describe('docs/PROTOCOL.md', () => {
  it('has the seventeen sections that the code refers to, in order', () => {
    const numbers = [...DOCUMENT.matchAll(/^## (\d+)\. /gm)].map((match) => Number(match[1]));
    expect(numbers).to.deep.equal(Array.from({ length: 17 }, (_, index) => index + 1));
  });

  it('refers to no section that it does not have', () => {
    const headings = [...DOCUMENT.matchAll(/^(?:#+ |\*\*| )(\d+(?:\.\d+)?)\.? /gm)];
    const inPictures = [...DOCUMENT.matchAll(/ {3}(5\.\d) [A-Z]/g)];
    const known = new Set([...headings, ...inPictures].map((match) => match[1]));
    const wanted = [...DOCUMENT.matchAll(/§(\d+(?:\.\d+)?)/g)].map((match) => match[1]);
    expect(wanted.filter((one) => !known.has(one))).to.deep.equal([]);
  });

  it('has the violations of the code, with what they end and their status', () => {
    const wanted = Object.entries(VIOLATIONS).map(([name, rule]) => [
      name,
      rule.scope,
      `${rule.status} ${StatusCode[rule.status]}`,
    ]);
    const found = table(13, 'name', 'scope', 'status').map((row) => row.slice(0, 3));
    expect(found).to.deep.equal(wanted);
  });

  it('has a sentence on each violation', () => {
    for (const [name, , , when] of table(13, 'name')) expect(when, name).to.not.equal('');
  });

  it('has the status codes of the code', () => {
    const found = table(9, 'code', 'name').map(([code, name]) => [name, Number(code)]);
    expect(found).to.deep.equal(membersOf(StatusCode));
  });

  it('has the fixed limits of the code', () => {
    const found = table(14, 'limit', 'value').map(([name, value]) => [name, numberOf(value!)]);
    const fixed = Object.entries(limits).filter(([, value]) => typeof value === 'number');
    expect(found).to.have.deep.members([['HEADER_SIZE', HEADER_SIZE], ...fixed]);
  });

  it('has the default of every limit that an end chooses', () => {
    const found = table(14, 'limit', 'default').map(([name, value]) => [name, numberOf(value!)]);
    expect(found).to.have.deep.members(Object.entries(limits.DEFAULT_LIMITS));
  });

  it('has the flags of the code', () => {
    const found = table(6, 'bit', 'name').map(([bit, name]) => [name, Number(bit)]);
    expect(found).to.deep.equal(membersOf(Flag));
  });

  it('has the preface of the code', () => {
    expect(hex(/^The preface is `([^`]+)`/m.exec(section(3))![1]!)).to.deep.equal(PREFACE);
  });
});

describe('docs/PROTOCOL.md §5, the rules by frame type', () => {
  const rows = table(5, 'type', 'name', 'sent by', 'stream', 'flags', 'code', 'payload length');

  it('has the types of the code', () => {
    const known = rows.slice(0, -1).map(([type, name]) => [name, Number(type)]);
    expect(known).to.deep.equal(membersOf(FrameType));
  });

  it('says from which type on unknown ones are skipped', () => {
    expect(parseInt(rows.at(-1)![0]!.slice(2, 4), 16)).to.equal(FIRST_IGNORABLE_TYPE);
  });

  for (const [type, name, sentBy, stream, flags, code, length] of rows.slice(0, -1)) {
    const accepted = acceptedHeaders(Number(type), lengthsOf(length!));

    it(`${name}: who may send it`, () => {
      const senders = new Set(accepted.map((one) => one.sender));
      expect([...senders]).to.have.members(sentBy === 'both' ? ['client', 'server'] : [sentBy]);
    });

    it(`${name}: its stream`, () => {
      const streams = new Set(accepted.map((one) => one.header.stream));
      expect([...streams]).to.have.members(stream === '0' ? [0] : [1, limits.STREAM_ID_MAX]);
    });

    it(`${name}: its flags`, () => {
      const bits = accepted.reduce((all, one) => all | one.header.flags, 0);
      const names = membersOf(Flag).filter(([, bit]) => (bits & bit) !== 0);
      expect(names.map(([flag]) => flag)).to.have.members(flags!.match(/[A-Z_]{2,}/g) ?? []);
    });

    it(`${name}: its code`, () => {
      const codes = new Set(accepted.map((one) => one.header.code));
      const wanted = new Map([
        ['0', [0]],
        ['any', [0, 1]],
        ['not 0', [1]],
      ]);
      expect([...codes]).to.have.members(wanted.get(code!)!);
    });

    it(`${name}: its length`, () => {
      const { least, most } = lengthsOf(length!);
      const found = new Set(accepted.map((one) => one.header.length));
      expect([...found]).to.have.members([...new Set([least, most])]);
    });
  }
});

describe('docs/PROTOCOL.md §7, the example of each type', () => {
  const p = codec.message('P', [{ name: 'x', codec: codec.int32 }]);
  const choice = codec.oneof('o', [
    { number: 2, name: 'a', codec: codec.int32 },
    { number: 3, name: 'b', codec: codec.nested(p) },
  ]);
  const { int32, list, map, nested, optional } = codec;
  const examples: [string, (writer: ByteWriter) => void][] = [
    ['bool', (w) => codec.bool.encode(w, true)],
    ['int32, sint32, sfixed32', (w) => int32.encode(w, -2)],
    ['uint32, fixed32', (w) => codec.uint32.encode(w, 7)],
    ['int64, sint64, sfixed64', (w) => codec.int64.encode(w, -3n)],
    ['uint64, fixed64', (w) => codec.uint64.encode(w, 10n)],
    ['float', (w) => codec.float.encode(w, 1.5)],
    ['double', (w) => codec.double.encode(w, 1.5)],
    ['an enum', (w) => codec.enumOf('E').encode(w, 2)],
    ['string', (w) => codec.string.encode(w, 'Olá')],
    ['bytes', (w) => codec.bytes.encode(w, Uint8Array.of(0xca, 0xfe))],
    ['optional T', (w) => optional(int32).encode(w, 5)],
    ['repeated T', (w) => list(int32).encode(w, [1, 2])],
    ['map<K, V>', (w) => map(codec.string, int32).encode(w, new Map([['a', 1]]))],
    ["P, as an element or a map's value", (w) => nested(p).encode(w, { x: 1 })],
    ['P, as a field', (w) => optional(nested(p)).encode(w, { x: 1 })],
    ['oneof', (w) => choice.encode(w, undefined)],
    ['oneof, scalar case', (w) => choice.encode(w, { case: 'a', value: 5 })],
    ['oneof, message case', (w) => choice.encode(w, { case: 'b', value: { x: 1 } })],
  ];
  const rows = table(7, 'type in the IDL');

  it('covers every row', () => {
    expect(rows.map(([type]) => type)).to.deep.equal(examples.map(([type]) => type));
  });

  examples.forEach(([type, encode], index) => {
    it(`${type}: is what the code writes`, () => {
      const writer = new ByteWriter();
      encode(writer);
      expect(writer.written()).to.deep.equal(hex(rows[index]![4]!.replaceAll('`', '')));
    });
  });

  it('inflates its compressed message to the length that it says', () => {
    const bytes = hex(/^```\n([0-9A-F ]+)\n```/m.exec(section(7))![1]!);
    expect(inflateRawSync(bytes.subarray(4))).to.deep.equal(Buffer.alloc(bytes.readUInt32BE(0)));
  });

  it('derives the number of hello.DoStuff from its name', () => {
    const digest = createHash('sha256').update('hello.DoStuff').digest();
    const [, shown, id] = /hashes to `([^`…]+) …`, so it is (0x[0-9A-F]+)/.exec(oneLine(7))!;
    expect([hex(shown!), Number(id)]).to.deep.equal([digest.subarray(0, 4), digest.readUInt16BE()]);
  });
});

describe('docs/PROTOCOL.md §12, the derived keys', () => {
  const row = (name: string): Buffer => {
    const line = section(12)
      .split('\n')
      .find((one) => one.startsWith(name))!;
    return hex(/(?:[0-9A-F]{2}(?: {1,2}|$))+/.exec(line.slice(name.length))![0]);
  };

  it('hashes the parent key, service 1, method 3, n = 0', () => {
    expect(row('hashed')).to.deep.equal(
      Buffer.concat([row('parent key'), hex('0001000300000000')]),
    );
  });

  it('shows the SHA-256 of that', () => {
    expect(row('SHA-256')).to.deep.equal(createHash('sha256').update(row('hashed')).digest());
  });

  for (const n of [0, 1]) {
    it(`takes the parent's time and ten bytes of the hash for n = ${n}`, () => {
      const input = Buffer.concat([row('parent key'), hex(`000100030000000${n}`)]);
      const digest = createHash('sha256').update(input).digest();
      const wanted = Buffer.concat([row('parent key').subarray(0, 6), digest.subarray(0, 10)]);
      expect(row(`key, n = ${n}`)).to.deep.equal(wanted);
    });
  }
});

describe('docs/PROTOCOL.md §15, the payment', () => {
  const HELLO = '0001 0001 00400000 00000400 00002710 00000000 0000';
  const WANTED: Record<Role, string> = {
    client:
      `8946494F0D0A1A0A 00000016 00000000 01 00 0000 0000 0000 ${HELLO}` +
      '0000001E 00000001 02 05 0000 0001 0003 000007D0 0000' +
      '0000000000000003 000000000000000A 00000004 4C6F6A61',
    server:
      `8946494F0D0A1A0A 00000016 00000000 01 10 0000 0000 0000 ${HELLO}` +
      '00000006 00000001 04 04 0000 0001 0003 0000 00000000',
  };
  const lines = section(15).split('\n');
  const begins = lines.flatMap((line, index) => (line === '```' ? [index] : []));

  (['client', 'server'] as const).forEach((sender, index) => {
    const rows = lines.slice(begins[index * 2]! + 1, begins[index * 2 + 1]).map((line) => {
      const match = /^([0-9A-F]{4}) {2}((?:[0-9A-F]{2} {1,2})+) +(\S.*)$/.exec(`${line} `);
      if (match === null) throw new Error(`not a row of a dump: '${line}'`);
      return { offset: parseInt(match[1]!, 16), bytes: hex(match[2]!), note: match[3]! };
    });
    const dump = Buffer.concat(rows.map((one) => one.bytes));

    it(`${sender}: has the bytes that are expected`, () => {
      expect(dump.toString('hex')).to.equal(hex(WANTED[sender]).toString('hex'));
    });

    it(`${sender}: has offsets that add up`, () => {
      let offset = 0;
      for (const one of rows) {
        expect(one.offset, one.note).to.equal(offset);
        offset += one.bytes.length;
      }
    });

    it(`${sender}: has headers whose lengths add up, named as they are`, () => {
      const found: string[] = [];
      for (let at = PREFACE.length; at < dump.length; at += 16 + dump.readUInt32BE(at)) {
        expect(dump.length - at).to.be.at.least(16 + dump.readUInt32BE(at));
        found.push(`${FrameType[dump[at + 8]!]!}: length ${dump.readUInt32BE(at)}`);
      }
      const named = rows.map((one) => one.note.trim()).filter((note) => note.includes(': length '));
      expect(found).to.deep.equal(named);
    });

    it(`${sender}: has as many bytes as the text says`, () => {
      const [, fromClient, fromServer] = /(\d+) bytes one way, (\d+) the other/.exec(oneLine(15))!;
      expect(dump.length).to.equal(Number(sender === 'client' ? fromClient : fromServer));
    });

    it(`${sender}: is read by the other end`, () => {
      const wanted = sender === 'client' ? ['HELLO', 'CALL'] : ['HELLO', 'END'];
      expect(typesIn(dump, sender)).to.deep.equal(wanted);
    });
  });
});

/** A section without its line breaks. */
function oneLine(number: number): string {
  return section(number).replaceAll('\n', ' ');
}

/** `22 to 65 536`, or one number for both. */
function lengthsOf(text: string): { least: number; most: number } {
  const [least, most = least] = text.split(' to ').map(numberOf);
  return { least: least!, most: most! };
}

interface Accepted {
  readonly sender: Role;
  readonly header: FrameHeader;
}

/** Every header of a type that the code takes: all flags, and the values at and past each bound. */
function acceptedHeaders(type: number, bounds: { least: number; most: number }): Accepted[] {
  const { least, most } = bounds;
  const accepted: Accepted[] = [];
  for (const sender of ['client', 'server'] as const)
    for (const stream of [0, 1, 2, limits.STREAM_ID_MAX, limits.STREAM_ID_MAX + 2])
      for (const code of [0, 1])
        for (const length of [least - 1, least, most, most + 1])
          for (let flags = 0; flags < 64; flags++) {
            const header = { length, stream, type, flags, code, service: 0, method: 0 };
            if (isAccepted(header, sender)) accepted.push({ sender, header });
          }
  return accepted;
}

function isAccepted(header: FrameHeader, sender: Role): boolean {
  try {
    checkHeader(header, sender === 'client' ? 'server' : 'client');
    return true;
  } catch {
    return false;
  }
}

/** The types of the frames that the peer of `sender` finds in what was sent. */
function typesIn(sent: Buffer, sender: Role): string[] {
  const types: string[] = [];
  const decoder = new FrameDecoder(sender === 'client' ? 'server' : 'client', {
    onFrame: (header) => {
      types.push(FrameType[header.type] ?? 'unknown');
    },
  });
  decoder.push(sent);
  return types;
}
