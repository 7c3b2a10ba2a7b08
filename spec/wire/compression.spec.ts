import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { deflateMessage, inflateMessage } from '../../src/wire/compression';
import { expectViolation } from '../support/expect-violation';
import { hex } from '../support/hex';

/** A hundred zero bytes, as docs/PROTOCOL.md §7.6 has them. */
const HUNDRED_ZEROS = '00000064 63 60 a0 3d 00 00';

describe('inflateMessage', () => {
  function inflate(bytes: string, messageBytesMax = 1_000): Buffer {
    const framed = hex(`ee ${bytes} ee`);
    return inflateMessage(framed, 1, framed.length - 1, messageBytesMax);
  }

  it('gives the message', () => {
    expect(inflate(HUNDRED_ZEROS)).to.deep.equal(Buffer.alloc(100));
  });

  it('gives the empty message', () => {
    expect(inflate('00000000 03 00')).to.have.length(0);
  });

  it('takes a length that is just the limit', () => {
    expect(inflate(HUNDRED_ZEROS, 100)).to.have.length(100);
  });

  it('refuses one over the limit on the four bytes alone', () => {
    expectViolation(() => inflate('00000065', 100), 'MESSAGE_TOO_LONG');
  });

  for (const [title, bytes] of [
    ['no length', '00 00 00'],
    ['no stream', '00000064'],
    ['a stream that is cut', '00000064 63 60 a0 3d 00'],
    ['what is no DEFLATE', '00000064 ff ff ff ff'],
    ['the header of zlib', '00000001 78 9c 63 00 00 00 01 00 01'],
    ['fewer bytes than it says', '00000065 63 60 a0 3d 00 00'],
    ['more bytes than it says', '00000063 63 60 a0 3d 00 00'],
    ['a bomb that says 0', '00000000 63 60 a0 3d 00 00'],
    ['garbage behind its end', `${HUNDRED_ZEROS} 00`],
    ['a second stream behind its end', `${HUNDRED_ZEROS} 63 60 a0 3d 00 00`],
  ] as const) {
    it(`refuses ${title}`, () => {
      expectViolation(() => inflate(bytes), 'COMPRESSION_INVALID');
    });
  }
});

describe('deflateMessage', () => {
  it('puts the length in front', () => {
    expect(deflateMessage(Buffer.alloc(100))!.subarray(0, 4).toString('hex')).to.equal('00000064');
  });

  it('gives nothing when the message would not be shorter', () => {
    expect(deflateMessage(hex('00 01 02 03 04 05 06 07'))).to.equal(undefined);
  });
});
