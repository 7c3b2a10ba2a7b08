import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import type { HostilePeer } from '../support/hostile-peer';
import { PEAK_MIB_MAX, VictimProcess } from './support/victim-process';

const CONNECTIONS = 300;

/** DATA that says it has 16 MiB - 1 byte of payload; none follows. */
const TOO_LONG = '00ffffff 00000001 03 06 0000 0007 0001';
/** A legal CALL of 65 536 bytes, of which none follows. */
const LEGAL = '00010000 00000001 02 05 0000 0007 0001';

describe('a declared length that is not sent (CVE-2026-43868, CVE-2024-37168)', function () {
  this.timeout(20_000);
  let victim: VictimProcess;
  let refused: HostilePeer[];
  let waiting: HostilePeer[];

  async function send(header: string): Promise<HostilePeer[]> {
    const peers: HostilePeer[] = [];
    for (let count = 0; count < CONNECTIONS; count++) {
      peers.push((await victim.guest()).send(header));
    }
    await Promise.all(peers.map((peer) => peer.frame(1)));
    return peers;
  }

  before(async () => {
    victim = await VictimProcess.server();
    refused = await send(TOO_LONG);
    await Promise.all(refused.map((peer) => peer.ended()));
    waiting = await send(LEGAL);
  });
  after(() => victim.stop());

  it(`of 16 MiB - 1 is refused on the 16 bytes of the header, ${CONNECTIONS} times`, () => {
    const rules = refused.map(({ goaways }) => goaways[0]?.text.split(':')[0]);
    expect(new Set(rules)).to.deep.equal(new Set(['FRAME_TOO_LONG']));
  });

  it(`costs less than ${PEAK_MIB_MAX} MiB, refused or legal`, async () => {
    expect((await victim.cost()).peakMiB).to.be.below(PEAK_MIB_MAX);
  });

  it('harms nobody else', async () => {
    expect(await victim.serves()).to.equal(true);
  });

  it('is taken when its bytes do come', async () => {
    // No time limit, no options, an empty text, a blob of the rest, no numbers.
    const payload = Buffer.alloc(65_536);
    payload.writeUInt32BE(65_536 - 6 - 12, 10);
    expect((await waiting[0]?.send(payload).frame(4))?.length).to.equal(65_532);
  });
});
