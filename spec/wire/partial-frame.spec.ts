import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { PartialFrame } from '../../src/wire/partial-frame';
import { everySplit } from '../support/every-split';
import { hex } from '../support/hex';

/** A head of two bytes: 00 nn has nn bytes more; 01 nn has nn bytes that end with another length. */
const make = () =>
  new PartialFrame(2, (bytes, have) => {
    const [kind, first = 0] = bytes;
    if (kind === 0) return 2 + first;
    if (kind !== 1) throw new RangeError(`no frame begins with ${kind}`);
    const inner = 2 + first;
    return have < inner ? inner : inner + (bytes[inner - 1] as number);
  });

describe('PartialFrame', () => {
  for (const [name, bytes] of [
    ['a frame that is its head', '00 00'],
    ['a frame whose head tells its size', '00 03 aa bb cc'],
    ['a frame that tells its size in two steps', '01 02 aa 03 bb cc dd'],
  ] as const) {
    it(`${name}, however it is cut`, () =>
      everySplit(hex(bytes), (chunks) => {
        const frame = make();
        for (const chunk of chunks) {
          expect(frame.isWhole).to.equal(false);
          expect(frame.take(chunk, 0, chunk.length)).to.equal(chunk.length);
        }
        expect(frame.isWhole).to.equal(true);
        expect(frame.bytes.equals(hex(bytes))).to.equal(true);
      }));
  }

  it('leaves what comes after the frame', () => {
    const frame = make();
    expect(frame.take(hex('ff 00 01 aa 00 01 bb'), 1, 7)).to.equal(4);
    expect(frame.bytes).to.deep.equal(hex('00 01 aa'));
  });

  it('takes nothing beyond the end that it is given', () => {
    const frame = make();
    expect(frame.take(hex('00 02 aa bb'), 0, 3)).to.equal(3);
    expect(frame.isWhole).to.equal(false);
  });

  it('is empty before the first byte and after clear()', () => {
    const frame = make();
    expect(frame.isEmpty).to.equal(true);
    frame.take(hex('00'), 0, 1);
    expect(frame.isEmpty).to.equal(false);
    frame.clear();
    expect(frame.isEmpty).to.equal(true);
    frame.take(hex('00 01 aa'), 0, 3);
    expect(frame.bytes).to.deep.equal(hex('00 01 aa'));
  });

  it('asks for no buffer before the head has been looked at', () => {
    const frame = make();
    expect(() => frame.take(Buffer.of(2, 255), 0, 2)).to.throw(
      RangeError,
      'no frame begins with 2',
    );
    expect(frame.bytes).to.have.length(2);
  });
});
