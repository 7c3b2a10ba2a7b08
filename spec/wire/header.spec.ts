import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { FrameType, type FrameHeader } from '../../src/wire/frame';
import { emptyHeader, readHeader, writeHeader } from '../../src/wire/header';
import { expectHex, hex } from '../support/hex';

const RUNS = { numRuns: 500 };

/** Header fields of every value that fits. */
const anyHeader: fc.Arbitrary<FrameHeader> = fc.record({
  length: fc.nat(0xffff_ffff),
  stream: fc.nat(0xffff_ffff),
  type: fc.nat(0xff),
  flags: fc.nat(0xff),
  code: fc.nat(0xffff),
  service: fc.nat(0xffff),
  method: fc.nat(0xffff),
});

function write(header: FrameHeader, at = 0): Buffer {
  const { length, stream, type, flags, code, service, method } = header;
  const bytes = Buffer.alloc(at + 16);
  writeHeader(bytes, at, length, stream, type, flags, code, service, method);
  return bytes;
}

function writeNaively({ length, stream, type, flags, code, service, method }: FrameHeader): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt32BE(stream, 4);
  bytes.writeUInt8(type, 8);
  bytes.writeUInt8(flags, 9);
  bytes.writeUInt16BE(code, 10);
  bytes.writeUInt16BE(service, 12);
  bytes.writeUInt16BE(method, 14);
  return bytes;
}

describe('readHeader', () => {
  it('reads every field at its place', () => {
    const header = emptyHeader();
    readHeader(hex('01020304 05060708 09 0a 0b0c 0d0e 0f10'), 0, header);
    expect(header).to.deep.equal({
      length: 0x0102_0304,
      stream: 0x0506_0708,
      type: 0x09,
      flags: 0x0a,
      code: 0x0b0c,
      service: 0x0d0e,
      method: 0x0f10,
    });
  });

  it('reads the highest values as positive numbers', () => {
    const header = emptyHeader();
    readHeader(hex('ffffffff ffffffff ff ff ffff ffff ffff'), 0, header);
    expect(header).to.deep.equal({
      length: 0xffff_ffff,
      stream: 0xffff_ffff,
      type: 0xff,
      flags: 0xff,
      code: 0xffff,
      service: 0xffff,
      method: 0xffff,
    });
  });

  it('reads in the middle of a buffer', () => {
    const header = emptyHeader();
    readHeader(hex('eeee 00000001 00000003 02 05 0000 0007 0001 eeee'), 2, header);
    expect([header.length, header.stream, header.method]).to.deep.equal([1, 3, 1]);
  });

  it('reads as Buffer does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (array) => {
        const bytes = Buffer.from(array);
        const header = emptyHeader();
        readHeader(bytes, 0, header);
        expect(header).to.deep.equal({
          length: bytes.readUInt32BE(0),
          stream: bytes.readUInt32BE(4),
          type: bytes.readUInt8(8),
          flags: bytes.readUInt8(9),
          code: bytes.readUInt16BE(10),
          service: bytes.readUInt16BE(12),
          method: bytes.readUInt16BE(14),
        });
      }),
      RUNS,
    );
  });
});

describe('writeHeader', () => {
  it('writes every field at its place', () => {
    const bytes = write({
      length: 0x1020,
      stream: 7,
      type: 4,
      flags: 0x24,
      code: 8,
      service: 0xabcd,
      method: 3,
    });
    expectHex(bytes, '00001020 00000007 04 24 0008 abcd 0003');
  });

  it('leaves what is around it alone', () => {
    const bytes = Buffer.alloc(20, 0xee);
    writeHeader(bytes, 2, 0, 0, FrameType.PING, 0, 0, 0, 0);
    expectHex(bytes, 'eeee 00000000 00000000 07 00 0000 0000 0000 eeee');
  });

  it('writes as Buffer does', () => {
    fc.assert(
      fc.property(anyHeader, (header) => {
        expect(write(header).equals(writeNaively(header))).to.equal(true);
      }),
      RUNS,
    );
  });

  it('is undone by readHeader, wherever it stands', () => {
    fc.assert(
      fc.property(anyHeader, fc.nat(40), (header, at) => {
        const read = emptyHeader();
        readHeader(write(header, at), at, read);
        expect(read).to.deep.equal(header);
      }),
      RUNS,
    );
  });
});
