import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { Argument, ARGUMENT_BYTES_MAX } from '../../src/rpc/server/argument';

const bytes = fc.uint8Array({ maxLength: 2 * ARGUMENT_BYTES_MAX, size: 'max' });
const hashOf = (value: Uint8Array): Buffer => createHash('sha256').update(value).digest();

describe('Argument', () => {
  it('has the hash that the protocol wants, however long it is', () => {
    fc.assert(
      fc.property(bytes, fc.nat(9), (value, before) => {
        const buffer = Buffer.concat([Buffer.alloc(before, 1), value, Buffer.alloc(7, 2)]);
        const argument = Argument.of(buffer, before, before + value.length);
        expect(Buffer.from(argument.hash)).to.deep.equal(hashOf(value));
      }),
    );
  });

  it('equals another when their bytes are the same', () => {
    const short = fc.uint8Array({ maxLength: 2, max: 1 });
    fc.assert(
      fc.property(short, short, fc.constantFrom(0, 47, 60), (one, other, more) => {
        const [a, b] = [one, other].map((value) => Buffer.concat([value, Buffer.alloc(more)]));
        const [first, second] = [a!, b!].map((value) => Argument.of(value, 0, value.length));
        expect(first!.equals(second!)).to.equal(a!.equals(b!));
      }),
    );
  });

  it('is not the argument that has its hash for its bytes', () => {
    const long = Buffer.alloc(100, 7);
    const hash = hashOf(long);
    expect(Argument.of(long, 0, 100).equals(Argument.of(hash, 0, hash.length))).to.equal(false);
  });

  it('keeps nothing of the buffer that it was read from', () => {
    const buffer = Buffer.from('wallet');
    const argument = Argument.of(buffer, 0, 6);
    buffer.fill(0);
    expect(Buffer.from(argument.bytes).toString()).to.equal('wallet');
  });
});
