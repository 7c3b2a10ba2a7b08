import { ByteWriter } from '../../src/wire/byte-writer';
import { Flag, FrameType } from '../../src/wire/frame';
import { FrameDecoder } from '../../src/wire/frame-decoder';
import { beginFrame, endFrame } from '../../src/wire/frame-encoder';
import { PREFACE } from '../../src/wire/preface';
import { ReadBalanceRequest } from '../../src/services/gen/wallet';
import { WALLETS } from '../wallets';
import type { Job } from './index';

/** As many CALLs as a read of 64 KiB brings. */
const FRAMES = 1_500;
const request = { wallet: WALLETS[0] as string };

/** Frames of a short CALL, many in one buffer; a time is one frame's. */
export const FRAMING_JOBS: Readonly<Record<string, () => Job>> = {
  'frames-written': () => {
    const writer = new ByteWriter(Buffer.alloc(131_072));
    return (times) => {
      for (let left = times; left > 0; left -= FRAMES) {
        writer.rewind(0);
        writeCalls(writer, Math.min(left, FRAMES));
      }
    };
  },
  'frames-read': () => {
    const writer = new ByteWriter();
    writeCalls(writer, FRAMES);
    const chunk = writer.written();
    let seen = 0;
    const decoder = new FrameDecoder('server', { onFrame: () => seen++ });
    decoder.push(PREFACE);
    return (times) => {
      const before = seen;
      // Whole chunks only: a few frames more or less do not matter in a batch of thousands.
      for (let left = times; left > 0; left -= FRAMES) {
        decoder.push(left >= FRAMES ? chunk : chunk.subarray(0, (chunk.length / FRAMES) * left));
      }
      if (seen - before !== times) throw new Error(`${seen - before} frames instead of ${times}`);
    };
  },
};

function writeCalls(writer: ByteWriter, count: number): void {
  for (let i = 0; i < count; i++) {
    const start = beginFrame(writer);
    writer.u32(0);
    writer.u16(0);
    ReadBalanceRequest.encode(writer, request);
    endFrame(writer, start, 2 * i + 1, FrameType.CALL, Flag.LAST | Flag.MSG, 0, 1, 1);
  }
}
