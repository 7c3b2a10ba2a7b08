import { expect } from 'chai';
import { hex } from '../support/hex';
import type { HostilePeer } from '../support/hostile-peer';
import { onStreams, pour } from './support/pour';
import { PEAK_MIB_MAX, VictimProcess } from './support/victim-process';

const CALLS = 20_000;

/** Echo with 2^32 - 1 numbers, and Check with as many pairs; no element follows. */
const LIST = '00000012 00000001 02 05 0000 0007 0001  00000000 0000 00000000 00000000 ffffffff';
const MAP = '0000000c 00000003 02 05 0000 0007 0003  00000000 0000 00 00 ffffffff';

describe('a count of elements that do not follow (CVE-2015-2312)', function () {
  this.timeout(20_000);
  let victim: VictimProcess;
  let peer: HostilePeer;

  before(async () => {
    // So many that no call is refused for the others: what is looked at is the count.
    victim = await VictimProcess.server({ limits: { streamsMax: 4 * CALLS } });
    peer = await victim.guest();
    await pour(peer, onStreams(CALLS, [hex(LIST)]));
    await pour(peer, onStreams(CALLS, [hex(MAP)], 2 * CALLS + 1));
    await peer.frame(4, 2 * CALLS);
  });
  after(() => victim.stop());

  it(`is refused, ${2 * CALLS} times`, () => {
    const ends = peer
      .framesOf(4)
      .map(({ code, payload }) => `${code} ${payload.toString('latin1', 5, 18)}`);
    expect(new Set(ends)).to.deep.equal(new Set(['3 COUNT_TOO_BIG']));
  });

  it(`costs less than ${PEAK_MIB_MAX} MiB`, async () => {
    expect((await victim.cost()).peakMiB).to.be.below(PEAK_MIB_MAX);
  });

  it('starts no handler', async () => {
    // Those of the warm-up.
    expect((await victim.condition()).begun).to.equal(300);
  });
});
