import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { expect } from 'chai';
import { hex } from '../support/hex';
import type { HostilePeer } from '../support/hostile-peer';
import { ECHO_CALL } from '../support/probe-frames';
import { CLIENT_HELLO_HEX, clientOpening, PREFACE_HEX } from '../support/raw-frames';
import { PEAK_MIB_MAX, VictimProcess } from './support/victim-process';

const CONNECTIONS = 100;
const LIMIT_MS = 400;
const DRIP_MS = 40;
/** Ten limits: the machine may be busy. */
const ENDED_MS_MAX = 10 * LIMIT_MS;

/** Sent at once, and sent byte by byte. */
const STAGES: Record<string, readonly [atOnce: Buffer, slowly: Buffer]> = {
  'the preface': [Buffer.alloc(0), clientOpening()],
  HELLO: [hex(PREFACE_HEX), hex(CLIENT_HELLO_HEX)],
  'a header': [clientOpening(), hex(ECHO_CALL)],
  'a payload': [Buffer.concat([clientOpening(), hex(ECHO_CALL).subarray(0, 16)]), Buffer.alloc(20)],
};

describe('a byte now and then (slow loris, CVE-2026-48854)', function () {
  this.timeout(30_000);
  let victim: VictimProcess;
  const peers = new Map<string, HostilePeer[]>();
  let endedMs = 0;

  before(async () => {
    victim = await VictimProcess.server({
      limits: { handshakeMsMax: LIMIT_MS, frameMsMax: LIMIT_MS, lingerMsMax: 100 },
    });
    for (const [stage, [atOnce]] of Object.entries(STAGES)) {
      const these: HostilePeer[] = [];
      for (let count = 0; count < CONNECTIONS; count++)
        these.push((await victim.stranger()).send(atOnce));
      peers.set(stage, these);
    }
    const startMs = performance.now();
    let at = 0;
    const drip = setInterval(() => {
      for (const [stage, [, slowly]] of Object.entries(STAGES)) {
        // Never the last byte.
        if (at >= slowly.length - 1) continue;
        for (const peer of peers.get(stage) ?? []) peer.send(slowly.subarray(at, at + 1));
      }
      at++;
    }, DRIP_MS);
    await Promise.all([...peers.values()].flat().map((peer) => peer.ended()));
    clearInterval(drip);
    endedMs = performance.now() - startMs;
  });
  after(() => victim.stop());

  for (const [stage, rule] of [
    ['the preface', 'HANDSHAKE_TIMEOUT'],
    ['HELLO', 'HANDSHAKE_TIMEOUT'],
    ['a header', 'FRAME_TIMEOUT'],
    ['a payload', 'FRAME_TIMEOUT'],
  ] as const) {
    it(`in ${stage} is ended by ${rule}`, () => {
      const rules = peers.get(stage)?.map(({ goaways }) => goaways[0]?.text.split(':')[0]);
      expect(new Set(rules)).to.deep.equal(new Set([rule]));
    });
  }

  it('is ended in time, all of them', () => {
    expect(endedMs).to.be.below(ENDED_MS_MAX);
  });

  it(`costs less than ${PEAK_MIB_MAX} MiB, on ${4 * CONNECTIONS} connections`, async () => {
    expect((await victim.cost()).peakMiB).to.be.below(PEAK_MIB_MAX);
  });
});
