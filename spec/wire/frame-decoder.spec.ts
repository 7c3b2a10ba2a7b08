import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import type { FrameHeader } from '../../src/wire/frame';
import { FrameDecoder } from '../../src/wire/frame-decoder';
import { everySplit } from '../support/every-split';
import { expectViolation } from '../support/expect-violation';
import { hex } from '../support/hex';

const PREFACE = '89 46 49 4f 0d 0a 1a 0a';
const PING = '00000008 00000000 07 00 0000 0000 0000 0102030405060708';
const LAST = '00000000 00000001 03 01 0000 0007 0001';
const CREDIT = '00000004 00000003 06 00 0000 0007 0002 00010000';

interface Told extends FrameHeader {
  readonly payload: string;
}

/** A decoder behind its preface, and what it has told. */
class Decoding {
  readonly told: Told[] = [];
  /** Called inside onFrame. */
  during: () => void = () => undefined;
  readonly decoder = new FrameDecoder('server', {
    onFrame: (header, bytes, start, end) => {
      this.told.push({ ...header, payload: bytes.toString('hex', start, end) });
      this.during();
    },
  });

  constructor(preface = PREFACE) {
    this.decoder.push(hex(preface));
  }

  push(chunks: readonly Buffer[]): this {
    for (const chunk of chunks) this.decoder.push(chunk);
    return this;
  }

  get types(): number[] {
    return this.told.map(({ type }) => type);
  }
}

describe('FrameDecoder', () => {
  it('tells header and payload of a frame, however it is cut', () => {
    everySplit(hex(CREDIT), (chunks) => {
      expect(new Decoding().push(chunks).told).to.deep.equal([
        {
          length: 4,
          stream: 3,
          type: 6,
          flags: 0,
          code: 0,
          service: 7,
          method: 2,
          payload: '00010000',
        },
      ]);
    });
  });

  it('tells several frames in order, however they are cut', () => {
    everySplit(hex(`${PING} ${LAST} ${CREDIT} ${PING}`), (chunks) => {
      expect(new Decoding().push(chunks).types).to.deep.equal([7, 3, 6, 7]);
    });
  });

  it('tells frames that come with the preface, however they are cut', () => {
    everySplit(hex(`${PREFACE} ${PING} ${LAST}`), (chunks) => {
      expect(new Decoding('').push(chunks).types).to.deep.equal([7, 3]);
    });
  });

  it('tells a frame without a payload when its header is whole', () => {
    const decoding = new Decoding();
    decoding.push([hex(LAST).subarray(0, 15)]);
    const before = decoding.told.length;
    decoding.push([hex(LAST).subarray(15)]);
    expect([before, decoding.told.length]).to.deep.equal([0, 1]);
  });

  it('tells nothing of a frame whose last byte has not come', () => {
    expect(new Decoding().push([hex(PING).subarray(0, 23)]).told).to.deep.equal([]);
  });

  it('takes the longest frame, in pieces of 1 000 bytes', () => {
    const payload = Buffer.alloc(65_536, 0xab);
    const bytes = Buffer.concat([hex('00010000 00000001 03 04 0000 0007 0001'), payload]);
    const chunks = Array.from({ length: 66 }, (_, i) =>
      bytes.subarray(i * 1_000, i * 1_000 + 1_000),
    );
    expect(new Decoding().push(chunks).told[0]?.payload).to.equal(payload.toString('hex'));
  });

  it('reads the first `length` bytes of a chunk only', () => {
    const decoding = new Decoding();
    decoding.decoder.push(hex(`${PING} ${PING}`), 24);
    expect(decoding.types).to.deep.equal([7]);
  });

  it('takes empty chunks', () => {
    expect(new Decoding().push([Buffer.alloc(0), hex(PING), Buffer.alloc(0)]).types).to.deep.equal([
      7,
    ]);
  });

  it('tells frames of an unknown type of 0x80 and above', () => {
    everySplit(hex(`00000002 ffffffff 90 ff ffff ffff ffff 6869 ${LAST}`), (chunks) => {
      expect(new Decoding().push(chunks).types).to.deep.equal([0x90, 3]);
    });
  });

  describe('when a rule is broken', () => {
    const TOO_LONG = '00010001 00000001 03 04 0000 0007 0001';

    it('throws on the sixteen bytes of the header, however they are cut', () => {
      everySplit(hex(TOO_LONG), (chunks) => {
        const decoding = new Decoding();
        expectViolation(() => decoding.push(chunks), 'FRAME_TOO_LONG');
      });
    });

    it('does not throw on fifteen', () => {
      expect(new Decoding().push([hex(TOO_LONG).subarray(0, 15)]).told).to.deep.equal([]);
    });

    it('makes no room for a payload that is refused', () => {
      const before = process.memoryUsage().arrayBuffers;
      const header = hex('ffffffff 00000001 03 04 0000 0007 0001');
      for (let count = 0; count < 1_000; count++) {
        expectViolation(() => new Decoding().push([header]), 'FRAME_TOO_LONG');
      }
      expect(process.memoryUsage().arrayBuffers - before).to.be.below(10_000_000);
    });

    it('has told the frames before it', () => {
      everySplit(hex(`${PING} ${LAST} ${TOO_LONG}`), (chunks) => {
        const decoding = new Decoding();
        expectViolation(() => decoding.push(chunks), 'FRAME_TOO_LONG');
        expect(decoding.types).to.deep.equal([7, 3]);
      });
    });

    it('tells nothing after it, in the same chunk or in others', () => {
      const decoding = new Decoding();
      expectViolation(() => decoding.push([hex(`${TOO_LONG} ${PING}`)]), 'FRAME_TOO_LONG');
      decoding.push([hex(PING), hex(PING)]);
      expect(decoding.told).to.deep.equal([]);
    });

    it('throws once only', () => {
      const decoding = new Decoding();
      expectViolation(() => decoding.push([hex(TOO_LONG)]), 'FRAME_TOO_LONG');
      decoding.push([hex(TOO_LONG)]);
    });

    it('tells nothing after the sink has thrown', () => {
      const decoding = new Decoding();
      decoding.during = () => {
        throw new Error('enough');
      };
      expect(() => decoding.push([hex(`${PING} ${LAST}`)])).to.throw('enough');
      decoding.push([hex(LAST)]);
      expect(decoding.types).to.deep.equal([7]);
    });

    it('throws at the first wrong byte of the preface', () => {
      expectViolation(() => new Decoding('89 46 00'), 'PREFACE_MISMATCH');
    });
  });

  describe('stop()', () => {
    it('keeps back the frames behind in the same chunk', () => {
      const decoding = new Decoding();
      decoding.during = () => decoding.decoder.stop();
      decoding.push([hex(`${PING} ${LAST} ${CREDIT}`)]);
      expect(decoding.types).to.deep.equal([7]);
    });

    it('keeps back the frames behind one that was cut', () => {
      const decoding = new Decoding();
      decoding.during = () => decoding.decoder.stop();
      const bytes = hex(`${PING} ${LAST} ${CREDIT}`);
      decoding.push([bytes.subarray(0, 20), bytes.subarray(20)]);
      expect(decoding.types).to.deep.equal([7]);
    });

    it('keeps back what comes later', () => {
      const decoding = new Decoding();
      decoding.decoder.stop();
      expect(decoding.push([hex(PING)]).told).to.deep.equal([]);
    });

    it('does not look at the headers behind', () => {
      const decoding = new Decoding();
      decoding.during = () => decoding.decoder.stop();
      decoding.push([hex(`${PING} ffffffff 00000000 00 00 0000 0000 0000`)]);
      expect(decoding.types).to.deep.equal([7]);
    });
  });

  describe('pause()', () => {
    it('holds back the frames behind in the same chunk until resume()', () => {
      everySplit(hex(`${PING} ${LAST} ${CREDIT}`), (chunks) => {
        const decoding = new Decoding();
        decoding.during = () => decoding.decoder.pause();
        decoding.push(chunks);
        const before = decoding.types;
        decoding.during = () => undefined;
        decoding.decoder.resume();
        expect([before, decoding.types]).to.deep.equal([[7], [7, 3, 6]]);
      });
    });

    it('may be called again while what was held is told', () => {
      everySplit(hex(`${PING} ${LAST} ${CREDIT}`), (chunks) => {
        const decoding = new Decoding();
        decoding.during = () => decoding.decoder.pause();
        decoding.push(chunks);
        decoding.decoder.resume();
        const before = decoding.types;
        decoding.decoder.resume();
        expect([before, decoding.types]).to.deep.equal([
          [7, 3],
          [7, 3, 6],
        ]);
      });
    });

    it('keeps bytes that the socket uses again', () => {
      const decoding = new Decoding();
      decoding.decoder.pause();
      const chunk = hex(PING);
      decoding.push([chunk]);
      chunk.fill(0xee);
      decoding.decoder.resume();
      expect(decoding.told[0]?.payload).to.equal('0102030405060708');
    });

    it('throws for what was held when it is resumed', () => {
      const decoding = new Decoding();
      decoding.decoder.pause();
      decoding.push([hex('00010001 00000001 03 04 0000 0007 0001')]);
      expectViolation(() => decoding.decoder.resume(), 'FRAME_TOO_LONG');
    });
  });

  describe('isMidFrame', () => {
    it('is false before the first byte', () => {
      expect(new Decoding('').decoder.isMidFrame).to.equal(false);
    });

    it('is true inside the preface, a header and a payload, and false between frames', () => {
      const decoding = new Decoding('');
      const states: boolean[] = [];
      for (const byte of hex(`${PREFACE} ${PING} ${LAST}`)) {
        decoding.push([Buffer.of(byte)]);
        states.push(decoding.decoder.isMidFrame);
      }
      const falseAt = states.flatMap((state, at) => (state ? [] : [at]));
      expect(falseAt).to.deep.equal([7, 7 + 24, 7 + 24 + 16]);
    });
  });
});
