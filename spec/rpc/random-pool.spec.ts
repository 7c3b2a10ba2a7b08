import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { RandomPool } from '../../src/rpc/random-pool';

describe('RandomPool', () => {
  /** Counts on, so that a byte which is given twice shows. */
  const counting = (): ((bytes: Uint8Array) => void) => {
    let next = 0;
    return (bytes) => {
      const words = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let at = 0; at + 4 <= bytes.length; at += 4) words.writeUInt32BE(next++, at);
    };
  };

  it('gives no byte twice', () => {
    const pool = new RandomPool(counting());
    const taken = Array.from({ length: 3_000 }, () => Buffer.from(pool.take(4)).readUInt32BE(0));
    expect(taken).to.deep.equal(Array.from({ length: 3_000 }, (_, i) => i));
  });

  it('gives as many as are asked for', () => {
    const pool = new RandomPool();
    const sizes = [0, 1, 10, 4_096, 10, 5_000];
    expect(sizes.map((size) => pool.take(size).length)).to.deep.equal(sizes);
  });

  it('does not give away what it will give to others', () => {
    const pool = new RandomPool(counting());
    pool.take(4).fill(0xff);
    expect(Buffer.from(pool.take(4)).readUInt32BE(0)).to.equal(1);
  });
});
