import { expect } from 'chai';
import type { Role } from '../../src/wire/frame';
import { FrameDecoder } from '../../src/wire/frame-decoder';
import { PREFACE } from '../../src/wire/preface';
import { readGoldenFrames } from '../support/golden-frame';

// The frames of spec/golden are bytes for other implementations to test themselves with; the code
// must take each of them as well.

describe('spec/golden', () => {
  for (const { file, name, from, meaning, bytes } of readGoldenFrames()) {
    describe(file, () => {
      it('is named after its file', () => {
        expect(`${name}.txt`).to.equal(file);
      });

      it('says who sends it', () => {
        expect(from).to.be.oneOf(['client', 'server']);
      });

      it('says what it means', () => {
        expect(meaning).to.be.a('string');
      });

      if (file === 'preface.txt') {
        it('is the preface of the code', () => {
          expect(bytes).to.deep.equal(PREFACE);
        });
        return;
      }

      it('is as long as its header says', () => {
        expect(bytes.length).to.equal(16 + bytes.readUInt32BE(0));
      });

      it('is one frame that the other end takes', () => {
        expect(framesIn(bytes, from)).to.equal(1);
      });
    });
  }
});

/** How many frames the peer of `sender` finds. */
function framesIn(frame: Buffer, sender: Role): number {
  let frames = 0;
  const decoder = new FrameDecoder(sender === 'client' ? 'server' : 'client', {
    onFrame: () => {
      frames++;
    },
  });
  decoder.push(Buffer.concat([PREFACE, frame]));
  return frames;
}
