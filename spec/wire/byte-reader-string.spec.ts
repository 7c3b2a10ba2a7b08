import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { ByteReader } from '../../src/wire/byte-reader';
import { expectViolation } from '../support/expect-violation';
import { hex } from '../support/hex';

/** The bytes of a string: its length, then `content`. */
function lengthAnd(content: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

function readString(bytes: Uint8Array): string {
  return new ByteReader().reset(Buffer.from(bytes), 0, bytes.length).string();
}

describe('ByteReader.string()', () => {
  const invalid: [what: string, text: string][] = [
    ['a continuation byte alone', '80'],
    ['the last continuation byte alone', 'bf'],
    ['a NUL in two bytes', 'c0 80'],
    ['ASCII in two bytes', 'c1 bf'],
    ['two bytes in three', 'e0 9f bf'],
    ['a NUL in three bytes', 'e0 80 80'],
    ['three bytes in four', 'f0 8f bf bf'],
    ['a NUL in four bytes', 'f0 80 80 80'],
    ['the first surrogate', 'ed a0 80'],
    ['the last surrogate', 'ed bf bf'],
    ['a pair of surrogates', 'ed a0 bd ed b8 80'],
    ['the first above U+10FFFF', 'f4 90 80 80'],
    ['the last of four bytes', 'f7 bf bf bf'],
    ['five bytes', 'f8 88 80 80 80'],
    ['six bytes', 'fc 84 80 80 80 80'],
    ['fe', 'fe'],
    ['ff', 'ff'],
    ['two bytes cut', 'c3'],
    ['three bytes cut to one', 'e2'],
    ['three bytes cut to two', 'e2 82'],
    ['four bytes cut to three', 'f0 9f 98'],
    ['a lead byte and ASCII', 'c3 28'],
    ['three bytes with ASCII within', 'e2 28 a1'],
    ['three bytes ended by ASCII', 'e2 82 28'],
    ['one continuation byte too many', 'c3 a9 80'],
  ];
  for (const [what, text] of invalid) {
    it(`refuses ${what}`, () => {
      expectViolation(() => readString(lengthAnd(hex(text))), 'UTF8_INVALID');
    });
    it(`refuses ${what} at the end of a long string`, () => {
      const long = lengthAnd(hex(`${'61'.repeat(50)} ${text}`));
      expectViolation(() => readString(long), 'UTF8_INVALID');
    });
  }
  it('does not finish a character with the bytes of the next field', () => {
    expectViolation(
      () => new ByteReader().reset(hex('00000001 c3 a9'), 0, 5).string(),
      'UTF8_INVALID',
    );
  });

  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const expectTwins = (bytes: Uint8Array): void => {
    let expected: string | undefined;
    try {
      expected = decoder.decode(bytes);
    } catch {
      expected = undefined;
    }
    const read = (): string => readString(lengthAnd(bytes));
    if (expected === undefined) expectViolation(read, 'UTF8_INVALID');
    else expect(read()).to.equal(expected);
  };
  const text = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 60 })
    .map((s) => Buffer.from(s));
  const someBytes = fc.uint8Array({ minLength: 1, maxLength: 60 });
  const damaged = fc.tuple(text, fc.nat(), fc.nat(255)).map(([bytes, at, byte]) => {
    bytes[at % bytes.length] = byte;
    return bytes;
  });
  const anything = fc.oneof(text, damaged, someBytes);

  it('is what a fatal TextDecoder gives: 3 000 texts, damaged texts and random bytes', () => {
    fc.assert(fc.property(anything, expectTwins), { numRuns: 3_000 });
  });
  for (const length of [0, 1, 15, 19, 20, 21, 22, 47, 48, 49, 64, 5_000]) {
    it(`is what a fatal TextDecoder gives: 300 times ${length} bytes`, () => {
      const ofLength = fc.oneof(anything, fc.constant(hex('61'))).map((bytes) => {
        return Buffer.alloc(length, bytes);
      });
      fc.assert(fc.property(ofLength, expectTwins), { numRuns: 300 });
    });
  }
});
