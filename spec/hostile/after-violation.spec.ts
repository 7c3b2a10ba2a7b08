import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { hex } from '../support/hex';
import type { HostilePeer } from '../support/hostile-peer';
import { BEGUN_CALL, ECHO_CALL } from '../support/probe-frames';
import { onStreams } from './support/pour';
import { PEAK_MIB_MAX, VictimProcess } from './support/victim-process';

const CONNECTIONS = 80;
const LINGER_MS = 200;
/** Handlers that the warm-up has started. */
const WARM_UP = 300;

const calls = onStreams(200, [hex(ECHO_CALL)], 3);
const PING = '00000008 00000000 07 00 0000 0000 0000  0123456789abcdef';

const ATTACKS = {
  CREDIT_OVERFLOW: [
    'credit above 2^31 - 1 (CVE-2026-31814)',
    `${BEGUN_CALL}  00000004 00000001 06 00 0000 0007 0001  7fffffff`,
  ],
  CREDIT_ZERO: ['credit of 0', `${BEGUN_CALL}  00000004 00000001 06 00 0000 0007 0001  00000000`],
  FRAME_TOO_LONG: [
    'a first CALL of 65 537 bytes (CVE-2026-32314)',
    '00010001 00000001 02 05 0000 0007 0001',
  ],
} as const;

describe('what follows our GOAWAY (CVE-2026-48937, CVE-2026-21714)', function () {
  this.timeout(20_000);
  let victim: VictimProcess;
  let handlesBefore = 0;
  const peers = new Map<string, HostilePeer[]>();

  before(async () => {
    victim = await VictimProcess.server({ limits: { lingerMsMax: LINGER_MS } });
    handlesBefore = (await victim.condition()).handles;
    for (const [rule, [, frames]] of Object.entries(ATTACKS)) {
      const these: HostilePeer[] = [];
      for (let count = 0; count < CONNECTIONS; count++) {
        // 200 good calls in the same chunk, and as many after our GOAWAY; we never end our half.
        these.push((await victim.guest()).send(Buffer.concat([hex(frames), calls])));
      }
      peers.set(rule, these);
      await Promise.all(these.map((peer) => peer.frame(8)));
      for (const peer of these) peer.send(calls).send(PING);
      await Promise.all(these.map((peer) => peer.ended()));
    }
    await new Promise((resolve) => setTimeout(resolve, 2 * LINGER_MS));
  });
  after(() => victim.stop());

  for (const [rule, [title]] of Object.entries(ATTACKS)) {
    it(`is nothing, after ${title}`, () => {
      const told = peers
        .get(rule)
        ?.map(({ goaways, frames }) => `${goaways[0]?.text.split(':')[0]}, ${frames.at(-1)?.type}`);
      expect(new Set(told)).to.deep.equal(new Set([`${rule}, 8`]));
    });
  }

  it('of the client is not parsed: no handler begins', async () => {
    expect((await victim.condition()).begun).to.equal(WARM_UP);
  });

  it('is no socket and no timer, although the peer never ends', async () => {
    expect((await victim.condition()).handles).to.equal(handlesBefore);
  });

  it(`costs less than ${PEAK_MIB_MAX} MiB, on ${3 * CONNECTIONS} connections`, async () => {
    expect((await victim.cost()).peakMiB).to.be.below(PEAK_MIB_MAX);
  });
});
