import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { fragmentLength, MessageAssembly } from '../../src/wire/fragments';
import { expectViolation } from '../support/expect-violation';
import { hex } from '../support/hex';

describe('fragmentLength', () => {
  for (const [message, offset, length] of [
    [0, 0, 0],
    [1, 0, 1],
    [65_536, 0, 65_536],
    [65_537, 0, 65_536],
    [65_537, 65_536, 1],
    [4_194_304, 4_128_768, 65_536],
  ] as const) {
    it(`is ${length} at ${offset} of ${message} bytes`, () => {
      expect(fragmentLength(message, offset)).to.equal(length);
    });
  }
});

describe('MessageAssembly', () => {
  it('puts fragments together in order', () => {
    const assembly = new MessageAssembly(100);
    const bytes = hex('ee 01 02 ee 03 ee');
    assembly.add(bytes, 1, 3);
    assembly.add(bytes, 4, 5);
    expect(assembly.take()).to.deep.equal(hex('01 02 03'));
  });

  it('is a copy', () => {
    const assembly = new MessageAssembly(100);
    const bytes = hex('01 02');
    assembly.add(bytes, 0, 2);
    bytes.fill(0xee);
    expect(assembly.take()).to.deep.equal(hex('01 02'));
  });

  it('takes a message of exactly the limit', () => {
    const assembly = new MessageAssembly(5_000);
    assembly.add(Buffer.alloc(4_999), 0, 4_999);
    assembly.add(Buffer.alloc(1), 0, 1);
    expect(assembly.length).to.equal(5_000);
  });

  it('refuses one byte more', () => {
    const assembly = new MessageAssembly(5_000);
    assembly.add(Buffer.alloc(5_000), 0, 5_000);
    expectViolation(() => assembly.add(Buffer.alloc(1), 0, 1), 'MESSAGE_TOO_LONG');
  });

  it('refuses a first fragment that is too long', () => {
    const assembly = new MessageAssembly(5_000);
    expectViolation(() => assembly.add(Buffer.alloc(5_001), 0, 5_001), 'MESSAGE_TOO_LONG');
  });

  it('holds what it held when it refuses more', () => {
    const assembly = new MessageAssembly(3);
    assembly.add(hex('01 02'), 0, 2);
    expectViolation(() => assembly.add(hex('03 04'), 0, 2), 'MESSAGE_TOO_LONG');
    expect(assembly.take()).to.deep.equal(hex('01 02'));
  });

  it('never makes more room than the limit', () => {
    const assembly = new MessageAssembly(70_000);
    for (let count = 0; count < 7; count++) assembly.add(Buffer.alloc(10_000), 0, 10_000);
    expect(assembly.take().buffer.byteLength).to.equal(70_000);
  });

  it('costs one copy of a message that comes byte by byte, not one for each byte', () => {
    const assembly = new MessageAssembly(1_000_000);
    const byte = Buffer.alloc(1);
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 300_000; count++) assembly.add(byte, 0, 1);
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(4_000_000);
  });

  it('has no room for a fragment that makes the message too long', () => {
    const assembly = new MessageAssembly(5_000);
    assembly.add(Buffer.alloc(5_000), 0, 5_000);
    expect(assembly.roomFor(1)).to.equal(undefined);
  });

  it('makes the room that is expected at once', () => {
    const assembly = new MessageAssembly(1_000_000, 300_000);
    assembly.add(Buffer.alloc(10), 0, 10);
    expect(assembly.take().buffer.byteLength).to.equal(300_000);
  });

  it('never makes more of the expected room than the limit', () => {
    const assembly = new MessageAssembly(5_000, 300_000);
    assembly.add(Buffer.alloc(10), 0, 10);
    expect(assembly.take().buffer.byteLength).to.equal(5_000);
  });

  it('copies a fragment that lies in the room of a message which was dropped', () => {
    const room = new MessageAssembly(5_000).roomFor(3)!;
    room.set([1, 2, 3]);
    const assembly = new MessageAssembly(5_000);
    assembly.add(room, 0, 3);
    room.fill(0xee);
    expect(assembly.take()).to.deep.equal(hex('01 02 03'));
  });

  it('gives what concat() gives, for any fragments, put in place or copied', () => {
    const size = 'max';
    const anyFragment = fc.uint8Array({ maxLength: 3_000, size });
    const anyFragments = fc.array(anyFragment, { maxLength: 20, size });
    fc.assert(
      fc.property(anyFragments, fc.infiniteStream(fc.boolean()), (arrays, inPlace) => {
        const assembly = new MessageAssembly(200_000);
        const fragments = arrays.map((array) => Buffer.from(array));
        for (const fragment of fragments) {
          const room = inPlace.next().value ? assembly.roomFor(fragment.length) : undefined;
          room?.set(fragment);
          assembly.add(room ?? fragment, 0, fragment.length);
        }
        expect(assembly.take().equals(Buffer.concat(fragments))).to.equal(true);
      }),
      { numRuns: 100 },
    );
  });
});
