import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { ByteReader } from '../../src/wire/byte-reader';
import { ByteWriter } from '../../src/wire/byte-writer';
import {
  NO_OPTIONS,
  readOptions,
  writeOptions,
  type FrameOptions,
  type MetadataPair,
} from '../../src/wire/options';
import { ProtocolError } from '../../src/wire/protocol-error';
import { expectViolation } from '../support/expect-violation';
import { expectHex, hex } from '../support/hex';

function read(bytes: string | Buffer): Readonly<FrameOptions> {
  const buffer = typeof bytes === 'string' ? hex(bytes) : bytes;
  return readOptions(new ByteReader().reset(buffer, 0, buffer.length));
}

function write(options: FrameOptions): Buffer {
  const writer = new ByteWriter();
  writeOptions(writer, options);
  return writer.written();
}

const pair = (key: string, value: string): MetadataPair => [key, Uint8Array.from(hex(value))];
const KEY_16 = '00112233445566778899aabbccddeeff';

/** Every tag: the options, and the block. */
const BLOCKS: readonly (readonly [name: string, options: FrameOptions, block: string])[] = [
  ['a metadata pair', { metadata: [pair('ab', 'cafe')] }, '0008 01 0005 02 6162 cafe'],
  ['a pair with an empty value', { metadata: [pair('a', '')] }, '0005 01 0002 01 61'],
  [
    'pairs in order, one key twice',
    { metadata: [pair('b', '01'), pair('a', '02'), pair('b', '03')] },
    '0012 01 0003 01 62 01  01 0003 01 61 02  01 0003 01 62 03',
  ],
  [
    'an idempotency key',
    { idempotencyKey: Uint8Array.from(hex(KEY_16)) },
    `0013 02 0010 ${KEY_16}`,
  ],
  ['an attempt', { attempt: 255 }, '0004 03 0001 ff'],
  ['a trace context', { traceContext: '00-ab' }, '0008 04 0005 30302d6162'],
  ['a text', { text: 'olá' }, '0007 05 0004 6f6cc3a1'],
  ['credentials', { credentials: Uint8Array.from(hex('00ff')) }, '0005 06 0002 00ff'],
  ['an error id', { errorId: 0xabcd }, '0005 07 0002 abcd'],
  ['a time to wait', { retryAfterMs: 0xffff_fffe }, '0007 08 0004 fffffffe'],
  [
    'several at once, in the order of their tags',
    { text: 'a', attempt: 1, metadata: [pair('k', '00')] },
    '000e 01 0003 01 6b 00  03 0001 01  05 0001 61',
  ],
];

describe('writeOptions', () => {
  for (const [name, options, block] of BLOCKS) {
    it(`writes ${name}`, () => expectHex(write(options), block));
  }

  it('writes behind what is there', () => {
    const writer = new ByteWriter();
    writer.u32(0xffff_ffff);
    writeOptions(writer, { attempt: 2 });
    expectHex(writer.written(), 'ffffffff 0004 03 0001 02');
  });

  it('writes no options as a length of 0', () => expectHex(write(NO_OPTIONS), '0000'));

  it('writes options without a value as none', () => {
    expectHex(write({ text: undefined, attempt: undefined }), '0000');
  });

  it('writes 1 024 bytes of text', () => {
    expect(write({ text: 'a'.repeat(1_024) })).to.have.length(2 + 3 + 1_024);
  });

  it('cuts a text of 1 025 bytes', () => {
    expect(write({ text: 'a'.repeat(1_025) })).to.have.length(2 + 3 + 1_024);
  });

  for (const [char, chars] of [
    ['é', 511],
    ['€', 341],
    ['😀', 255],
  ] as const) {
    it(`cuts a long text before a character that does not fit whole: ${char}`, () => {
      const text = read(write({ text: `a${char.repeat(1_000)}` })).text;
      expect(text).to.equal(`a${char.repeat(chars)}`);
    });
  }

  it('writes 8 192 bytes of entries', () => {
    expect(write({ credentials: new Uint8Array(8_189) })).to.have.length(8_194);
  });

  for (const [name, options] of [
    ['entries of 8 193 bytes', { credentials: new Uint8Array(8_190) }],
    ['an entry longer than its length can say', { credentials: new Uint8Array(70_000) }],
    ['metadata of too many pairs', { metadata: Array<MetadataPair>(2_000).fill(pair('ab', '')) }],
    ['a key with a capital letter', { metadata: [pair('Ab', '')] }],
    ['an empty key', { metadata: [pair('', '')] }],
    ['a key of 256 characters', { metadata: [pair('a'.repeat(256), '')] }],
    ['a key that is not ASCII', { metadata: [pair('é', '')] }],
    ['an idempotency key of 15 bytes', { idempotencyKey: new Uint8Array(15) }],
    ['an attempt of 256', { attempt: 256 }],
    ['an error id of 65 536', { errorId: 65_536 }],
    ['a negative time to wait', { retryAfterMs: -1 }],
  ] as [string, FrameOptions][]) {
    it(`refuses ${name}`, () => expect(() => write(options)).to.throw(RangeError));
  }
});

describe('readOptions', () => {
  for (const [name, options, block] of BLOCKS) {
    it(`reads ${name}`, () => expect(read(block)).to.deep.equal(options));
  }

  it('reads a length of 0 as no options', () => expect(read('0000')).to.equal(NO_OPTIONS));

  it('stands behind the block when it has read it', () => {
    const bytes = hex('0004 03 0001 02 ffff');
    const reader = new ByteReader().reset(bytes, 0, bytes.length);
    readOptions(reader);
    expect(reader.offset).to.equal(6);
  });

  it('skips tags that it does not know, also when they come twice', () => {
    expect(read('000b c8 0000  03 0001 07  c8 0001 ff')).to.deep.equal({ attempt: 7 });
  });

  it('skips tag 0', () => expect(read('0003 00 0000')).to.deep.equal({}));

  it('reads a key of 255 characters of every kind', () => {
    const key = `${'a-z_0.9'.repeat(36)}xyz`;
    const block = Buffer.concat([hex('0103 01 0100 ff'), Buffer.from(key)]);
    expect(read(block)).to.deep.equal({ metadata: [[key, new Uint8Array(0)]] });
  });

  it('shows text that is not UTF-8 as it can', () => {
    expect(read('0006 05 0003 61ff62').text).to.equal('a\ufffdb');
  });

  it('shares no memory with the frame', () => {
    const bytes = hex(`0015 06 0002 0102  02 0010 ${KEY_16.slice(0, 32)}`.replace('0015', '0018'));
    const options = read(bytes);
    bytes.fill(0xee);
    expect(options.credentials).to.deep.equal(Uint8Array.of(1, 2));
  });

  for (const [name, block] of [
    ['a block that is longer than its frame', '0005 05 0001 61'],
    ['an entry of one byte', '0001 05'],
    ['an entry without its length', '0002 05 00'],
    ['an entry whose value is cut', '0004 05 0002 61'],
    ['an entry whose value is cut, of an unknown tag', '0004 c8 0002 61'],
    ['an idempotency key of 15 bytes', `0012 02 000f ${KEY_16.slice(2)}`],
    ['an idempotency key of 17 bytes', `0014 02 0011 ${KEY_16}00`],
    ['an attempt of 2 bytes', '0005 03 0002 0001'],
    ['an attempt without a value', '0003 03 0000'],
    ['an error id of 1 byte', '0004 07 0001 01'],
    ['a time to wait of 2 bytes', '0005 08 0002 0001'],
    ['an idempotency key twice', `0026 02 0010 ${KEY_16} 02 0010 ${KEY_16}`],
    ['an attempt twice', '0008 03 0001 01 03 0001 01'],
    ['a trace context twice', '0008 04 0001 61 04 0001 61'],
    ['a text twice', '0008 05 0001 61 05 0001 61'],
    ['an empty text twice', '0006 05 0000 05 0000'],
    ['credentials twice', '0008 06 0001 61 06 0001 61'],
    ['an error id twice', '000a 07 0002 0001 07 0002 0001'],
    ['a time to wait twice', '000e 08 0004 00000001 08 0004 00000001'],
    ['a pair without a key length', '0003 01 0000'],
    ['a pair whose key is cut', '0005 01 0002 02 61'],
    ['an empty key', '0005 01 0002 00 61'],
    ['a key with a capital letter', '0005 01 0002 01 41'],
    ['a key with a space', '0005 01 0002 01 20'],
    ['a key that is not ASCII', '0006 01 0003 02 c3a9'],
  ] as const) {
    it(`refuses ${name}: OPTIONS_MALFORMED`, () => {
      expectViolation(() => read(block), 'OPTIONS_MALFORMED');
    });
  }

  it('refuses a block of 8 193 bytes on its length', () => {
    expectViolation(() => read('2001'), 'OPTIONS_TOO_LONG');
  });

  it('takes a block of 8 192 bytes', () => {
    const block = Buffer.concat([hex('2000 06 1ffd'), Buffer.alloc(8_189)]);
    expect(read(block).credentials).to.have.length(8_189);
  });

  it('takes a text of 1 024 bytes', () => {
    const block = Buffer.concat([hex('0403 05 0400'), Buffer.alloc(1_024, 0x61)]);
    expect(read(block).text).to.have.length(1_024);
  });

  it('refuses a text of 1 025 bytes', () => {
    const block = Buffer.concat([hex('0404 05 0401'), Buffer.alloc(1_025, 0x61)]);
    expectViolation(() => read(block), 'OPTIONS_TOO_LONG');
  });

  it('throws nothing but ProtocolErrors of connections, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60, size: 'max' }), (array) => {
        const length = Buffer.from([0, array.length]);
        const entries = Buffer.from(array).map((byte, at) => (at % 3 === 0 ? byte % 10 : byte % 8));
        try {
          read(Buffer.concat([length, entries]));
        } catch (error) {
          expect(error).to.be.instanceOf(ProtocolError).with.property('scope', 'connection');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('undoes writeOptions', () => {
    const bytes = (maxLength: number, minLength = 0): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ maxLength, minLength }).map((array) => Uint8Array.from(array));
    const key = fc.stringMatching(/^[a-z0-9_.-]{1,20}$/);
    const anyOptions = fc.record(
      {
        metadata: fc.array(fc.tuple(key, bytes(20)), { minLength: 1, maxLength: 5 }),
        idempotencyKey: bytes(16, 16),
        attempt: fc.nat(255),
        traceContext: fc.string({ maxLength: 55, unit: 'grapheme-ascii' }),
        text: fc.string({ maxLength: 100, unit: 'binary' }),
        credentials: bytes(50),
        errorId: fc.nat(0xffff),
        retryAfterMs: fc.nat(0xffff_ffff),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anyOptions, (options) => {
        expect(read(write(options))).to.deep.equal(options);
      }),
      { numRuns: 500 },
    );
  });
});
