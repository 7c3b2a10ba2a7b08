import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { ByteWriter } from '../../src/wire/byte-writer';

/** A writer of one byte of room, so that everything makes it grow. */
function small(): ByteWriter {
  return new ByteWriter(Buffer.alloc(1));
}

describe('ByteWriter.string()', () => {
  describe('with half of a surrogate pair', () => {
    const halves: [what: string, value: string][] = [
      ['a high one alone', '\ud83d'],
      ['a low one alone', '\ude00'],
      ['a high one at the end', 'abc\ud83d'],
      ['a high one before ASCII', '\ud83da'],
      ['the two the wrong way round', '\ude00\ud83d'],
      ['two high ones before a low one', '\ud83d\ud83d\ude00'],
      ['the first and the last there are', '\udfff\ud800'],
      ['one at the end of a long string', `${'a'.repeat(100)}\ud83d`],
      ['one at the end of a very long string', `${'a'.repeat(5_000)}\udc00`],
    ];
    for (const [what, value] of halves) {
      it(`refuses ${what}`, () => {
        expect(() => small().string(value)).to.throw(RangeError, 'half of a surrogate pair');
      });
      it(`writes nothing of ${what}`, () => {
        const writer = small();
        expect(() => writer.string(value)).to.throw();
        expect(writer.offset).to.equal(0);
      });
    }
  });

  describe('with a whole text', () => {
    const expectTwins = (value: string): void => {
      const writer = small();
      writer.string(value);
      const twin = Buffer.from(value, 'utf8');
      expect(writer.buffer.readUInt32BE(0)).to.equal(twin.length);
      expect(writer.written().subarray(4).equals(twin)).to.be.true;
    };
    const unit = fc.constantFrom('grapheme', 'binary', 'binary-ascii' as const);
    const text = unit.chain((one) => fc.string({ unit: one, maxLength: 60 }));

    it('is what Buffer.from() makes: 2 000 random texts', () => {
      fc.assert(fc.property(text, expectTwins), { numRuns: 2_000 });
    });
    for (const length of [23, 24, 25, 4_095, 4_096, 4_097]) {
      it(`is what Buffer.from() makes: 100 texts of ${length} characters`, () => {
        // The cut may leave half of a pair.
        const cut = text.map((one) =>
          `${one}a`
            .repeat(length)
            .slice(0, length)
            .replace(/\p{Surrogate}/gu, '?'),
        );
        fc.assert(fc.property(cut, expectTwins), { numRuns: 100 });
      });
    }
  });
});
