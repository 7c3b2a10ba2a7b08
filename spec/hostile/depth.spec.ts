import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import type { HostilePeer } from '../support/hostile-peer';
import { rawFrame } from '../support/raw-frames';
import { onStreams, pour } from './support/pour';
import { PEAK_MIB_MAX, VictimProcess } from './support/victim-process';

const CALLS = 200;
/** As many as fit into one frame. */
const LEVELS = 3_400;

/** A Check in a Check and so on: flag, maybe, counts, big, then presence and length of the next. */
function check(levels: number): Buffer {
  const head = Buffer.alloc(14);
  const parts: Buffer[] = [];
  let innerBytes = 0;
  for (let level = 0; level < levels; level++) {
    const tail = Buffer.alloc(level === 0 ? 1 : 5);
    if (level > 0) {
      tail.writeUInt8(1, 0);
      tail.writeUInt32BE(innerBytes, 1);
    }
    parts.push(Buffer.concat([head, tail]));
    innerBytes += head.length + tail.length;
  }
  return Buffer.concat(parts.reverse());
}

const call = (method: number, message: Buffer): Buffer =>
  rawFrame({
    stream: 1,
    type: 2,
    flags: 0x05,
    service: 7,
    method,
    payload: Buffer.concat([Buffer.alloc(6), message]),
  });

describe('messages in messages without end (THRIFT-5469, -6014, -6046)', function () {
  this.timeout(20_000);
  let victim: VictimProcess;
  let known: HostilePeer;
  let skipped: HostilePeer;

  before(async () => {
    victim = await VictimProcess.server({ limits: { streamsMax: 100_000 } });
    known = await victim.guest();
    await pour(known, onStreams(CALLS, [call(3, check(LEVELS))]));
    skipped = await victim.guest();
    // Echo knows three fields, all empty here; the rest it has to skip.
    await pour(
      skipped,
      onStreams(CALLS, [call(1, Buffer.concat([Buffer.alloc(12), check(LEVELS)]))]),
    );
    await Promise.all([known.frame(4, CALLS), skipped.frame(4, CALLS)]);
  });
  after(() => victim.stop());

  it('are refused at the 33rd', () => {
    const texts = known
      .framesOf(4)
      .map(({ payload }) => payload.toString('latin1', 5).split(':')[0]);
    expect(new Set(texts)).to.deep.equal(new Set(['DEPTH_EXCEEDED']));
  });

  it('are skipped unread where no field is known', () => {
    expect(new Set(skipped.framesOf(4).map(({ code }) => code))).to.deep.equal(new Set([0]));
  });

  it(`cost less than ${PEAK_MIB_MAX} MiB`, async () => {
    expect((await victim.cost()).peakMiB).to.be.below(PEAK_MIB_MAX);
  });
});
