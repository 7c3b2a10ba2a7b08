import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { ByteReader } from '../../src/wire/byte-reader';

describe('ByteReader, of a buffer that is its own', () => {
  it('reads the same bytes from a buffer that is its own as from one that is not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, rest) => {
        const buffer = Buffer.alloc(4 + bytes.length + rest, 0xdd);
        buffer.writeUInt32BE(bytes.length);
        buffer.set(bytes, 4);
        const copied = new ByteReader().reset(buffer, 0, buffer.length).bytes();
        const owned = new ByteReader().reset(buffer, 0, buffer.length, true).bytes();
        expect([copied, owned]).to.deep.equal([bytes, bytes]);
      }),
    );
  });

  it('copies what is less than half of a buffer that is its own', () => {
    const buffer = Buffer.alloc(100);
    buffer.writeUInt32BE(50);
    const bytes = new ByteReader().reset(buffer, 0, 100, true).bytes();
    expect(bytes.buffer.byteLength).to.equal(50);
  });
});
