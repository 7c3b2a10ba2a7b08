import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { hex } from '../support/hex';
import type { HostilePeer } from '../support/hostile-peer';
import { BEGUN_CALL } from '../support/probe-frames';
import { pour, repeat } from './support/pour';
import { PEAK_MIB_MAX, VictimProcess } from './support/victim-process';

const FRAGMENTS = 1_000_000;
const MESSAGE_BYTES_MAX = 600_000;

const FIRST = '00000001 00000001 03 06 0000 0007 0001  00';
const NEXT = '00000001 00000001 03 02 0000 0007 0001  00';
/** CALL of Collect, whose handler reads nothing, and the same fragments for it. */
const BEGUN_COLLECT = '00000006 00000001 02 00 0000 0008 0003  00000000 0000';
const FIRST_COLLECT = '00000001 00000001 03 06 0000 0008 0003  00';
const NEXT_COLLECT = '00000001 00000001 03 02 0000 0008 0003  00';

describe('a million fragments of one byte (CVE-2026-48779)', function () {
  this.timeout(20_000);
  let victim: VictimProcess;
  let wanted: HostilePeer;
  let unread: HostilePeer;

  before(async () => {
    victim = await VictimProcess.server({ limits: { messageBytesMax: MESSAGE_BYTES_MAX } });
    wanted = await victim.guest();
    wanted.send(Buffer.concat([hex(BEGUN_CALL), hex(FIRST)]));
    await pour(wanted, repeat(FRAGMENTS, hex(NEXT)));
    await wanted.frame(4);
    unread = await victim.guest();
    unread.send(Buffer.concat([hex(BEGUN_COLLECT), hex(FIRST_COLLECT)]));
    await pour(unread, repeat(FRAGMENTS, hex(NEXT_COLLECT)));
    await unread.ended();
  });
  after(() => victim.stop());

  it('ends their call when the message is too long', () => {
    const [end] = wanted.framesOf(4);
    expect([end?.code, end?.payload.toString('latin1', 5, 21)]).to.deep.equal([
      8,
      'MESSAGE_TOO_LONG',
    ]);
  });

  it('is charged 16 bytes each on top: who has no credit left ends the connection', () => {
    expect(unread.goaways.map(({ text }) => text.split(':')[0])).to.deep.equal(['CREDIT_EXCEEDED']);
  });

  it(`costs less than ${PEAK_MIB_MAX} MiB`, async () => {
    expect((await victim.cost()).peakMiB).to.be.below(PEAK_MIB_MAX);
  });

  it('harms nobody else', async () => {
    expect(await victim.serves()).to.equal(true);
  });
});
