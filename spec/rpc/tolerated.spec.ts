import { expect } from 'chai';
import type { HostilePeer } from '../support/hostile-peer';
import { BEGUN_CALL, ECHO_CALL, ECHO_CALL_3, HOLD_CALL } from '../support/probe-frames';
import { textOf } from '../support/raw-frames';
import { TcpProbe } from '../support/tcp-probe';

describe('a server that gets what it does not know or need', () => {
  let probe: TcpProbe;
  let peer: HostilePeer;
  before(async () => (probe = await TcpProbe.start()));
  after(() => probe.stop());
  beforeEach(async () => (peer = await probe.guest()));

  /** The codes of the first two ENDs. */
  async function twoEnds(): Promise<number[]> {
    await peer.frame(4, 2);
    return peer.frames.filter(({ type }) => type === 4).map(({ code }) => code);
  }

  it('skips a frame of type 0x90, whatever its other fields are', async () => {
    peer.send(`00000003 ffffffff 90 ff ffff ffff ffff  616263 ${ECHO_CALL}`);
    expect((await peer.frame(4)).code).to.equal(0);
  });

  it('ignores the flags 0x40 and 0x80', async () => {
    peer.send(ECHO_CALL.replace('02 05', '02 c5'));
    expect((await peer.frame(4)).code).to.equal(0);
  });

  it('skips an option with an unknown tag', async () => {
    peer.send('0000000b 00000001 02 05 0000 0007 0001  00000000 0005 c8 0002 4142');
    expect((await peer.frame(4)).code).to.equal(0);
  });

  it('ignores capabilities that it does not know', async () => {
    const stranger = await probe.stranger();
    stranger.send('89 46 49 4f 0d 0a 1a 0a 00000016 00000000 01 00 0000 0000 0000');
    stranger.send('0001 0001 00400000 00000400 00002710 fffffffe 0000');
    stranger.send(ECHO_CALL);
    expect((await stranger.frame(4)).code).to.equal(0);
  });

  it('speaks version 1 with a client that speaks 1 to 9', async () => {
    const stranger = await probe.stranger();
    stranger.send('89 46 49 4f 0d 0a 1a 0a 00000016 00000000 01 00 0000 0000 0000');
    stranger.send('0001 0009 00400000 00000400 00002710 00000000 0000');
    stranger.send(ECHO_CALL);
    expect((await stranger.frame(4)).code).to.equal(0);
  });

  it('answers UNIMPLEMENTED for an unknown service, and goes on', async () => {
    peer.send(`00000006 00000001 02 01 0000 1234 0001  00000000 0000 ${ECHO_CALL_3}`);
    expect(await twoEnds()).to.deep.equal([12, 0]);
  });

  it('names the unknown service', async () => {
    peer.send('00000006 00000001 02 01 0000 1234 0001  00000000 0000');
    expect(textOf((await peer.frame(4)).payload, 0)).to.equal('no service has the id 4660');
  });

  it('answers UNIMPLEMENTED for an unknown method, and goes on', async () => {
    peer.send(`00000006 00000001 02 01 0000 0007 0063  00000000 0000 ${ECHO_CALL_3}`);
    expect(await twoEnds()).to.deep.equal([12, 0]);
  });

  it('names the unknown method', async () => {
    peer.send('00000006 00000001 02 01 0000 0007 0063  00000000 0000');
    expect(textOf((await peer.frame(4)).payload, 0)).to.equal(
      'probe.Probe has no method with the id 99',
    );
  });

  it('drops the message that follows a call that it has refused', async () => {
    peer.send(`00000006 00000001 02 00 0000 1234 0001  00000000 0000`);
    peer.send(`00000002 00000001 03 05 0000 1234 0001  6869 ${ECHO_CALL_3}`);
    expect(await twoEnds()).to.deep.equal([12, 0]);
  });

  it('drops CANCEL for a call that has ended', async () => {
    peer.send(`${ECHO_CALL} 00000002 00000001 05 00 0001 0007 0001  0000 ${ECHO_CALL_3}`);
    expect(await twoEnds()).to.deep.equal([0, 0]);
  });

  it('drops CREDIT for a call that has ended', async () => {
    peer.send(`${ECHO_CALL} 00000004 00000001 06 00 0000 0007 0001  00010000 ${ECHO_CALL_3}`);
    expect(await twoEnds()).to.deep.equal([0, 0]);
  });

  it('drops a frame for an id that was skipped, as one that came late', async () => {
    peer.send(`${ECHO_CALL_3} 00000001 00000001 03 04 0000 0007 0001  00`);
    peer.send(ECHO_CALL.replace('00000001', '00000005'));
    expect(await twoEnds()).to.deep.equal([0, 0]);
  });

  it('takes CREDIT up to 2^31 - 1 bytes in all', async () => {
    peer.send(`${HOLD_CALL} 00000004 00000001 06 00 0000 0007 0002  7ffbffff ${ECHO_CALL_3}`);
    expect((await peer.frame(4)).stream).to.equal(3);
  });

  it('takes a time limit of 2^31 - 1 ms', async () => {
    peer.send(ECHO_CALL.replace('00000000 0000', '7fffffff 0000'));
    expect((await peer.frame(4)).code).to.equal(0);
  });

  it('takes the last id, 2^31 - 1', async () => {
    peer.send(ECHO_CALL.replace('00000001', '7fffffff'));
    expect((await peer.frame(4)).stream).to.equal(0x7fff_ffff);
  });

  it('takes a message in fragments of one byte', async () => {
    peer.send(BEGUN_CALL);
    const bytes = ['00', '00', '00', '01', '41'];
    bytes.forEach((byte, index) => {
      const flags = index === 0 ? '06' : index === bytes.length - 1 ? '01' : '02';
      peer.send(`00000001 00000001 03 ${flags} 0000 0007 0001  ${byte}`);
    });
    expect((await peer.frame(4)).payload.toString('latin1', 6, 7)).to.equal('A');
  });

  it('answers PING with the same eight bytes', async () => {
    peer.send('00000008 00000000 07 00 0000 0000 0000  0123456789abcdef');
    const { flags, payload } = await peer.frame(7);
    expect([flags, payload.toString('hex')]).to.deep.equal([0x10, '0123456789abcdef']);
  });

  it('does not answer an answer to PING', async () => {
    peer.send('00000008 00000000 07 10 0000 0000 0000  0123456789abcdef '.repeat(9) + ECHO_CALL);
    await peer.frame(4);
    expect(peer.frames.filter(({ type }) => type === 7)).to.deep.equal([]);
  });

  it('refuses a unary call without a message by UNIMPLEMENTED', async () => {
    peer.send('00000006 00000001 02 01 0000 0007 0001  00000000 0000');
    expect((await peer.frame(4)).code).to.equal(12);
  });

  it('refuses a unary call with two messages by UNIMPLEMENTED', async () => {
    peer.send(BEGUN_CALL);
    peer.send('00000004 00000001 03 04 0000 0007 0001  00000000'.repeat(2));
    expect((await peer.frame(4)).code).to.equal(12);
  });

  it('takes a unary call in CALL without LAST and DATA with nothing but LAST', async () => {
    peer.send(ECHO_CALL.replace('02 05', '02 04'));
    peer.send('00000000 00000001 03 01 0000 0007 0001');
    expect((await peer.frame(4)).code).to.equal(0);
  });
});
