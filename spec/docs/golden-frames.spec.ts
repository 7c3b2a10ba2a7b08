import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../src/wire/frame';
import { FrameDecoder } from '../../src/wire/frame-decoder';
import { PREFACE } from '../../src/wire/preface';
import { hex } from '../support/hex';

// The frames of spec/golden are bytes for other implementations to test themselves with; the code
// must take each of them as well.

const GOLDEN = join(__dirname, '../golden');

describe('spec/golden', () => {
  for (const file of readdirSync(GOLDEN)) {
    const text = readFileSync(join(GOLDEN, file), 'utf8');
    const fields = new Map(
      [...text.matchAll(/^(\w+): (.+)$/gm)].map(([, key, value]) => [key, value]),
    );
    const bytes = hex(text.replaceAll(/^\w+: .*$/gm, ''));

    describe(file, () => {
      it('is named after its file', () => {
        expect(`${fields.get('name')}.txt`).to.equal(file);
      });

      it('says who sends it', () => {
        expect(fields.get('from')).to.be.oneOf(['client', 'server']);
      });

      it('says what it means', () => {
        expect(fields.get('meaning')).to.be.a('string');
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
        expect(framesIn(bytes, fields.get('from') as Role)).to.equal(1);
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
