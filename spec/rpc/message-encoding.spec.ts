import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { cutOff, type LooseMessage } from '../../src/rpc/message-encoding';
import { ByteWriter } from '../../src/wire/byte-writer';

/** The naive twin: a copy, always. */
function copyOff(writer: ByteWriter, from: number): Buffer {
  const bytes = Buffer.from(writer.buffer.subarray(from, writer.offset));
  writer.rewind(from);
  return bytes;
}

function bytesOf({ buffer, start, end }: LooseMessage): Buffer {
  return buffer.subarray(start, end);
}

const anyBytes = fc.oneof(fc.nat(100), fc.nat(200_000)).map((length) => {
  const bytes = Buffer.alloc(length, length);
  for (let at = 0; at < length; at += 997) bytes[at] = at;
  return bytes;
});

describe('a message that is taken out of where it was written', () => {
  function after(before: Buffer, message: Buffer): ByteWriter {
    const writer = new ByteWriter();
    writer.raw(before);
    writer.raw(message);
    return writer;
  }

  it('is what a copy would be, and leaves what was before it', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (before, message) => {
        const head = Buffer.concat([Buffer.alloc(16), before]);
        const [one, twin] = [after(head, message), after(head, message)];
        const taken = cutOff(one, head.length);
        expect(bytesOf(taken).equals(copyOff(twin, head.length))).to.equal(true);
        expect(one.written().equals(twin.written())).to.equal(true);
      }),
      { numRuns: 200 },
    );
  });

  it('shares no memory with what is written next', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (message, next) => {
        const writer = after(Buffer.alloc(16), message);
        const taken = cutOff(writer, 16);
        writer.raw(Buffer.alloc(next.length, 0xee));
        expect(bytesOf(taken).equals(message)).to.equal(true);
      }),
      { numRuns: 200 },
    );
  });

  it('takes the buffer with it when it is most of that', () => {
    const writer = after(Buffer.alloc(16), Buffer.alloc(100_000));
    const { buffer } = writer;
    expect(cutOff(writer, 16).buffer).to.equal(buffer);
  });
});
