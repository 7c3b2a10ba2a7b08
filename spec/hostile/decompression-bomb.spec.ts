import { Buffer } from 'node:buffer';
import { deflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import { hex } from '../support/hex';
import type { HostilePeer } from '../support/hostile-peer';
import { PREFACE_HEX, rawFrame } from '../support/raw-frames';
import { onStreams, pour } from './support/pour';
import { PEAK_MIB_MAX, VictimProcess } from './support/victim-process';

const CALLS = 100;

/** HELLO with the capability deflate. */
const HELLO =
  '00000016 00000000 01 00 0000 0000 0000  0001 0001 00400000 00000400 00002710 00000001 0000';

/** A CALL of Echo whose message says that it inflates to `declared` bytes. */
function bomb(declared: number, deflated: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(declared);
  const payload = Buffer.concat([hex('00000000 0000'), length, deflated]);
  return rawFrame({ stream: 1, type: 2, flags: 0x0d, service: 7, method: 1, payload });
}

describe('a decompression bomb (CVE-2024-37168)', function () {
  this.timeout(20_000);
  let victim: VictimProcess;
  let peer: HostilePeer;

  function endsOf(from: number, to: number): Set<string> {
    const ends = peer.framesOf(4).filter(({ stream }) => stream >= from && stream < to);
    return new Set(ends.map(({ payload }) => payload.toString('latin1', 5).split(':')[0] ?? ''));
  }

  before(async () => {
    // A thousand to one is the most that DEFLATE does: 60 KiB are 60 MiB of zeros.
    const deflated = deflateRawSync(Buffer.alloc(60 * 1_048_576));
    victim = await VictimProcess.server({
      compressedBytesMin: 100,
      limits: { streamsMax: 100_000 },
    });
    peer = (await victim.stranger()).send(`${PREFACE_HEX} ${HELLO}`);
    await peer.frame(1);
    await pour(peer, onStreams(CALLS, [bomb(0x4000_0000, deflated)]));
    await pour(peer, onStreams(CALLS, [bomb(0x40_0000, deflated)], 2 * CALLS + 1));
    await peer.frame(4, 2 * CALLS);
  });
  after(() => victim.stop());

  it('that says 1 GiB is refused on four bytes', () => {
    expect(endsOf(1, 2 * CALLS)).to.deep.equal(new Set(['MESSAGE_TOO_LONG']));
  });

  it('that says 4 MiB and has 60 is stopped at 4', () => {
    expect(endsOf(2 * CALLS, 4 * CALLS)).to.deep.equal(new Set(['COMPRESSION_INVALID']));
  });

  it(`costs less than ${PEAK_MIB_MAX} MiB, ${2 * CALLS} times`, async () => {
    expect((await victim.cost()).peakMiB).to.be.below(PEAK_MIB_MAX);
  });
});
