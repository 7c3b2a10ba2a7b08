import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { hex } from '../support/hex';
import type { HostilePeer } from '../support/hostile-peer';
import { onStreams, pour, repeat } from './support/pour';
import { PEAK_MIB_MAX, VictimProcess } from './support/victim-process';

const PING = hex('00000008 00000000 07 00 0000 0000 0000  0123456789abcdef');
/** CALL of Count for a million notes. */
const COUNT =
  '00000019 00000001 02 05 0000 0008 0002  00000000 0000 00000007 31303030303030 00000000 00000000';

describe('a peer that reads nothing (CVE-2019-9512, CVE-2019-9515)', function () {
  this.timeout(20_000);
  let victim: VictimProcess;
  let flooding: HostilePeer;
  let listing: HostilePeer;

  async function deaf(): Promise<HostilePeer> {
    const peer = await victim.guest();
    await peer.frame(1);
    peer.socket.pause();
    return peer;
  }

  before(async () => {
    victim = await VictimProcess.server({ limits: { pingIntervalMsMin: 0 } });
    flooding = await deaf();
    // Until it is dropped; the sockets of both ends take some of it.
    await pour(flooding, repeat(1_500_000, PING));
    listing = await deaf();
    listing.send(onStreams(1_000, [hex(COUNT)]));
  });
  after(() => victim.stop());

  it('is dropped when it floods us with PING', async () => {
    expect([flooding.socket.writable, (await victim.condition()).log]).to.deep.equal([
      false,
      { 'dropped, 1048576 bytes of control frames are unread': 1 },
    ]);
  });

  it('is told PING_FLOOD at the third that comes too soon, where PINGs have a least distance', async () => {
    const strict = await VictimProcess.server();
    const peer = (await strict.guest()).send(Buffer.concat([PING, PING, PING, PING]));
    await peer.ended();
    await strict.stop();
    expect(peer.goaways[0]?.text.split(':')[0]).to.equal('PING_FLOOD');
  });

  it('gets no more of a thousand streams than their credit', async () => {
    expect(await victim.serves()).to.equal(true);
    expect(listing.socket.writable).to.equal(true);
  });

  it(`costs less than ${PEAK_MIB_MAX} MiB`, async () => {
    expect((await victim.cost()).peakMiB).to.be.below(PEAK_MIB_MAX);
  });
});
