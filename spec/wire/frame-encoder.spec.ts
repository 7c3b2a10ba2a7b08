import { expect } from 'chai';
import { ByteWriter } from '../../src/wire/byte-writer';
import { FrameType } from '../../src/wire/frame';
import { beginFrame, endFrame, payloadLength } from '../../src/wire/frame-encoder';
import { expectHex } from '../support/hex';

describe('beginFrame and endFrame', () => {
  it('put a header in front of what is written between them', () => {
    const writer = new ByteWriter();
    const start = beginFrame(writer);
    writer.u32(0xcafe);
    endFrame(writer, start, 5, FrameType.CREDIT, 0, 0, 7, 2);
    expectHex(writer.written(), '00000004 00000005 06 00 0000 0007 0002 0000cafe');
  });

  it('leave flags, code, service and method at 0 when they are not given', () => {
    const writer = new ByteWriter();
    const start = beginFrame(writer);
    endFrame(writer, start, 0, FrameType.PING);
    expectHex(writer.written(), '00000000 00000000 07 00 0000 0000 0000');
  });

  it('write one frame behind another', () => {
    const writer = new ByteWriter();
    for (const stream of [1, 3]) {
      const start = beginFrame(writer);
      writer.u8(stream);
      endFrame(writer, start, stream, FrameType.DATA, 4, 0, 7, 1);
    }
    expectHex(
      writer.written(),
      '00000001 00000001 03 04 0000 0007 0001 01  00000001 00000003 03 04 0000 0007 0001 03',
    );
  });

  it('work across a buffer that grows', () => {
    const writer = new ByteWriter(Buffer.alloc(4));
    const start = beginFrame(writer);
    writer.raw(Buffer.alloc(3, 0xaa));
    endFrame(writer, start, 1, FrameType.END, 4, 2, 7, 1);
    expectHex(writer.written(), '00000003 00000001 04 04 0002 0007 0001 aaaaaa');
  });

  it('count the payload so far', () => {
    const writer = new ByteWriter();
    writer.u32(0);
    const start = beginFrame(writer);
    writer.raw(Buffer.alloc(9));
    expect(payloadLength(writer, start)).to.equal(9);
  });

  it('take a payload of 65 536 bytes', () => {
    const writer = new ByteWriter();
    const start = beginFrame(writer);
    writer.raw(Buffer.alloc(65_536));
    endFrame(writer, start, 1, FrameType.DATA);
    expectHex(writer.written().subarray(0, 16), '00010000 00000001 03 00 0000 0000 0000');
  });

  it('refuse a payload of 65 537 bytes', () => {
    const writer = new ByteWriter();
    const start = beginFrame(writer);
    writer.raw(Buffer.alloc(65_537));
    expect(() => endFrame(writer, start, 1, FrameType.DATA)).to.throw(
      RangeError,
      'a payload of 65537 bytes does not fit into a frame',
    );
  });
});
