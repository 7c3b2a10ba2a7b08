import { expect } from 'chai';
import { hex } from '../support/hex';
import type { HostilePeer } from '../support/hostile-peer';
import { HOLD_CALL } from '../support/probe-frames';
import { onStreams, pour } from './support/pour';
import { PEAK_MIB_MAX, VictimProcess } from './support/victim-process';

const CALLS = 40_000;
const STREAMS_MAX = 100;

const CANCEL = '00000002 00000001 05 00 0001 0007 0002  0000';
/** CALL of Collect, whose handler runs from the CALL on, and a request that is no UTF-8. */
const COLLECT = '00000006 00000001 02 00 0000 0008 0003  00000000 0000';
const BAD_REQUEST = '00000005 00000001 03 04 0000 0008 0003  00000001 ff';

for (const [title, frames] of [
  ['CALL and CANCEL (Rapid Reset, CVE-2023-44487)', [HOLD_CALL, CANCEL]],
  ['calls that make us reset them (MadeYouReset, CVE-2025-8671)', [COLLECT, BAD_REQUEST]],
] as const) {
  describe(`${title}, ${CALLS} times`, function () {
    this.timeout(20_000);
    let victim: VictimProcess;
    let peer: HostilePeer;

    before(async () => {
      victim = await VictimProcess.server({ limits: { streamsMax: STREAMS_MAX } });
      peer = await victim.guest();
      await pour(peer, onStreams(CALLS, frames.map(hex)));
      await peer.frame(4, CALLS);
    });
    after(() => victim.stop());

    it('run never more handlers than streamsMax', async () => {
      expect((await victim.condition()).runningMax).to.be.within(1, STREAMS_MAX);
    });

    it('leave no handler running', async () => {
      expect((await victim.condition()).running).to.equal(0);
    });

    it('are answered one END each', () => {
      expect(new Set(peer.framesOf(4).map(({ stream }) => stream)).size).to.equal(CALLS);
    });

    it(`cost less than ${PEAK_MIB_MAX} MiB`, async () => {
      expect((await victim.cost()).peakMiB).to.be.below(PEAK_MIB_MAX);
    });

    it('harm nobody else', async () => {
      expect(await victim.serves()).to.equal(true);
    });
  });
}
