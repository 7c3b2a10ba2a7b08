import { expect } from 'chai';
import { ByteReader } from '../../src/wire/byte-reader';
import { ByteWriter } from '../../src/wire/byte-writer';
import { NO_OPTIONS } from '../../src/wire/options';
import {
  readGoaway,
  readHello,
  readTimeoutMs,
  readVersions,
  writeCallHead,
  writeCancel,
  writeCredit,
  writeEnd,
  writeGoaway,
  writeHello,
  writeMeta,
  writePing,
  type Hello,
} from '../../src/wire/payloads';
import { expectViolation } from '../support/expect-violation';
import { expectHex, hex } from '../support/hex';

function written(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter();
  write(writer);
  return writer.written();
}

function reader(text: string): ByteReader {
  const bytes = hex(text);
  return new ByteReader().reset(bytes, 0, bytes.length);
}

const HELLO: Hello = {
  versionMin: 1,
  versionMax: 2,
  messageBytesMax: 0x0040_0000,
  streamsMax: 0x0400,
  pingIntervalMsMin: 0x2710,
  capabilities: 1,
  options: { credentials: Uint8Array.of(0xca) },
};
const HELLO_PAYLOAD = '0001 0002 00400000 00000400 00002710 00000001 0004 06 0001 ca';

describe('HELLO', () => {
  it('is written field by field', () => {
    const bytes = written((writer) => writeHello(writer, HELLO, 0x10));
    expectHex(bytes, `0000001a 00000000 01 10 0000 0000 0000 ${HELLO_PAYLOAD}`);
  });

  it('is read field by field', () => {
    const from = reader(HELLO_PAYLOAD);
    expect(readHello(from, readVersions(from))).to.deep.equal(HELLO);
  });

  it('may have a range of one version', () => {
    expect(readVersions(reader('0007 0007'))).to.deep.equal({ versionMin: 7, versionMax: 7 });
  });

  it('may have every version', () => {
    expect(readVersions(reader('0001 ffff'))).to.deep.equal({ versionMin: 1, versionMax: 65_535 });
  });

  for (const [title, versions] of [
    ['version 0', '0000 0001'],
    ['no version', '0000 0000'],
    ['a range that ends before it begins', '0003 0002'],
  ] as const) {
    it(`is refused with ${title}: HELLO_INVALID`, () => {
      expectViolation(() => readVersions(reader(versions)), 'HELLO_INVALID');
    });
  }

  it('is refused with options that are cut', () => {
    const from = reader(HELLO_PAYLOAD.replace('0004 06', '0005 06'));
    const versions = readVersions(from);
    expectViolation(() => readHello(from, versions), 'OPTIONS_MALFORMED');
  });
});

describe('the head of a CALL', () => {
  it('is the time limit and the options', () => {
    const bytes = written((writer) => writeCallHead(writer, 1_500, { attempt: 2 }));
    expectHex(bytes, '000005dc 0004 03 0001 02');
  });

  it('has a time limit of up to 2^31 - 1 ms', () => {
    expect(readTimeoutMs(reader('7fffffff'))).to.equal(0x7fff_ffff);
  });

  it('may have none', () => {
    expect(readTimeoutMs(reader('00000000'))).to.equal(0);
  });

  for (const timeout of ['80000000', 'ffffffff']) {
    it(`is refused with ${timeout} ms: TIMEOUT_INVALID`, () => {
      expectViolation(() => readTimeoutMs(reader(timeout)), 'TIMEOUT_INVALID');
    });
  }
});

describe('the frames without a message', () => {
  it('END has status, flags and options', () => {
    const bytes = written((writer) => writeEnd(writer, 5, 7, 2, 8, 0x20, { text: 'no' }));
    expectHex(bytes, '00000007 00000005 04 20 0008 0007 0002 0005 05 0002 6e6f');
  });

  it('CANCEL has a status and a text', () => {
    const bytes = written((writer) => writeCancel(writer, 5, 7, 2, 4, 'no'));
    expectHex(bytes, '00000007 00000005 05 00 0004 0007 0002 0005 05 0002 6e6f');
  });

  it('CANCEL may have no text', () => {
    const bytes = written((writer) => writeCancel(writer, 5, 7, 2, 1, undefined));
    expectHex(bytes, '00000002 00000005 05 00 0001 0007 0002 0000');
  });

  it('META has options', () => {
    const bytes = written((writer) => {
      writeMeta(writer, 5, 7, 2, { metadata: [['a', Uint8Array.of(9)]] });
    });
    expectHex(bytes, '00000008 00000005 09 00 0000 0007 0002 0006 01 0003 01 61 09');
  });

  it('CREDIT has a number of bytes', () => {
    const bytes = written((writer) => writeCredit(writer, 5, 7, 2, 131_104));
    expectHex(bytes, '00000004 00000005 06 00 0000 0007 0002 00020020');
  });

  for (const [isReply, flags] of [
    [false, '00'],
    [true, '10'],
  ] as const) {
    it(`PING has eight bytes${isReply ? ', and REPLY when it is an answer' : ''}`, () => {
      const bytes = written((writer) => writePing(writer, hex('0123456789abcdef'), isReply));
      expectHex(bytes, `00000008 00000000 07 ${flags} 0000 0000 0000 0123456789abcdef`);
    });
  }

  it('GOAWAY has last stream, time to drain, status and text', () => {
    const goaway = { lastStream: 9, drainMs: 1_000, options: { text: 'no' } };
    const bytes = written((writer) => writeGoaway(writer, goaway, 13));
    expectHex(bytes, '0000000f 00000000 08 00 000d 0000 0000 00000009 000003e8 0005 05 0002 6e6f');
  });

  it('GOAWAY is read as it is written', () => {
    expect(readGoaway(reader('7fffffff 000003e8 0000'))).to.deep.equal({
      lastStream: 0x7fff_ffff,
      drainMs: 1_000,
      options: NO_OPTIONS,
    });
  });

  it('GOAWAY is refused with malformed options', () => {
    expectViolation(() => readGoaway(reader('00000000 00000000 0001 05')), 'OPTIONS_MALFORMED');
  });
});
