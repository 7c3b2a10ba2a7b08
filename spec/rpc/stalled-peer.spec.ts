import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { hex } from '../support/hex';
import type { HostilePeer } from '../support/hostile-peer';
import { BEGUN_CALL, ECHO_CALL, ECHO_CALL_3 } from '../support/probe-frames';
import { CLIENT_HELLO_HEX, clientOpening, PREFACE_HEX } from '../support/raw-frames';
import { SERVED, TcpProbe } from '../support/tcp-probe';

/** The name of the rule in the only GOAWAY, once the server has ended. */
async function ruleOf(peer: HostilePeer): Promise<string> {
  await peer.ended();
  return peer.goaways.map(({ code, text }) => `${code} ${text.slice(0, text.indexOf(':'))}`).join();
}

describe('a peer that stops in the middle', () => {
  let probe: TcpProbe;
  before(async () => {
    probe = await TcpProbe.start({ limits: { handshakeMsMax: 40, frameMsMax: 60 } });
  });
  after(() => probe.stop());

  it('is told HANDSHAKE_TIMEOUT when it sends nothing', async () => {
    const peer = await probe.stranger();
    expect(await ruleOf(peer)).to.equal('4 HANDSHAKE_TIMEOUT');
  });

  it('is told HANDSHAKE_TIMEOUT after half a preface', async () => {
    const peer = await probe.stranger();
    expect(await ruleOf(peer.send('89 46 49 4f'))).to.equal('4 HANDSHAKE_TIMEOUT');
  });

  it('is told HANDSHAKE_TIMEOUT after half a HELLO', async () => {
    const peer = await probe.stranger();
    const half = hex(CLIENT_HELLO_HEX).subarray(0, 20);
    peer.send(PREFACE_HEX).send(half);
    expect(await ruleOf(peer)).to.equal('4 HANDSHAKE_TIMEOUT');
  });

  it('is told FRAME_TIMEOUT after half a header', async () => {
    const peer = await probe.guest();
    expect(await ruleOf(peer.send(hex(ECHO_CALL).subarray(0, 8)))).to.equal('4 FRAME_TIMEOUT');
  });

  it('is told FRAME_TIMEOUT after half a payload', async () => {
    const peer = await probe.guest();
    expect(await ruleOf(peer.send(hex(ECHO_CALL).subarray(0, 20)))).to.equal('4 FRAME_TIMEOUT');
  });

  it('is told FRAME_TIMEOUT when it sends the rest byte by byte and never the last', async () => {
    const peer = await probe.guest();
    const bytes = hex(ECHO_CALL);
    let at = 0;
    const drip = setInterval(() => {
      if (at < bytes.length - 1) peer.send(bytes.subarray(at, ++at));
    }, 5);
    const rule = await ruleOf(peer);
    clearInterval(drip);
    expect(rule).to.equal('4 FRAME_TIMEOUT');
  });

  it('is not hurried between two frames of one message', async () => {
    const peer = await probe.guest();
    peer.send(`${BEGUN_CALL} 00000001 00000001 03 06 0000 0007 0001  00`);
    const idle = await probe.stranger();
    await idle.ended();
    expect(peer.goaways).to.deep.equal([]);
  });

  it('harms nobody else', async () => {
    expect(await probe.bystanderAnswer()).to.equal(SERVED);
  });
});

describe('a peer that speaks something else', () => {
  let probe: TcpProbe;
  beforeEach(async () => (probe = await TcpProbe.start()));
  afterEach(() => probe.stop());

  const STRANGERS: readonly (readonly [name: string, bytes: Buffer, logged: RegExp])[] = [
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), /it looks like HTTP$/],
    ['HTTP/2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), /it looks like HTTP$/],
    ['TLS', hex('16 03 01 02 00 01 00 01 fc 03 03'), /it looks like TLS$/],
    ['random bytes', hex('d3 8f 00 17 42'), /it begins with d38f001742$/],
    ['a preface with a line end changed', hex('89 46 49 4f 0a 1a 0a'), /does not speak Fio$/],
  ];
  for (const [name, bytes, logged] of STRANGERS) {
    it(`is closed without an answer: ${name}`, async () => {
      const peer = await probe.stranger();
      await peer.send(bytes).ended();
      expect(peer.received).to.have.length(0);
    });

    it(`is named in the log: ${name}`, async () => {
      const peer = await probe.stranger();
      await peer.send(bytes).ended();
      expect(probe.log.join()).to.match(logged);
    });

    it(`harms nobody else: ${name}`, async () => {
      const peer = await probe.stranger();
      await peer.send(bytes).ended();
      expect(await probe.bystanderAnswer()).to.equal(SERVED);
    });
  }

  it('is told VERSION_UNSUPPORTED behind HELLO when it speaks versions 2 to 3 only', async () => {
    const peer = await probe.stranger();
    peer.send(PREFACE_HEX);
    peer.send('00000016 00000000 01 00 0000 0000 0000');
    peer.send('0002 0003 00400000 00000400 00002710 00000000 0000');
    expect([await ruleOf(peer), peer.frames[0]?.type]).to.deep.equal(['12 VERSION_UNSUPPORTED', 1]);
  });

  for (const [title, versions] of [
    ['version 0', '0000 0001'],
    ['a range that ends before it begins', '0002 0001'],
  ] as const) {
    it(`is told HELLO_INVALID for ${title}`, async () => {
      const peer = await probe.stranger();
      peer.send(PREFACE_HEX);
      peer.send('00000016 00000000 01 00 0000 0000 0000');
      peer.send(`${versions} 00400000 00000400 00002710 00000000 0000`);
      expect(await ruleOf(peer)).to.equal('13 HELLO_INVALID');
    });
  }

  it('is told HELLO_MISSING for a PING that comes first', async () => {
    const peer = await probe.stranger();
    peer.send(`${PREFACE_HEX} 00000008 00000000 07 00 0000 0000 0000  0000000000000000`);
    expect(await ruleOf(peer)).to.equal('13 HELLO_MISSING');
  });

  it('may send GOAWAY instead of HELLO', async () => {
    const peer = await probe.stranger();
    peer.send(`${PREFACE_HEX} 0000000a 00000000 08 00 000e 0000 0000  00000000 00000000 0000`);
    await peer.ended();
    expect(peer.goaways).to.deep.equal([]);
  });
});

describe('a peer that goes away', () => {
  let probe: TcpProbe;
  beforeEach(async () => (probe = await TcpProbe.start()));
  afterEach(() => probe.stop());

  it('is answered what its bytes before a reset asked for, and harms nobody', async () => {
    const peer = await probe.guest();
    await peer.send(ECHO_CALL).frame(4);
    peer.send(hex(ECHO_CALL_3).subarray(0, 9));
    peer.socket.resetAndDestroy();
    expect(await probe.bystanderAnswer()).to.equal(SERVED);
  });

  it("gets the server's FIN after its own, without any frame", async () => {
    const peer = await probe.stranger();
    peer.send(clientOpening()).end();
    await peer.closed();
    expect(peer.frames.map(({ type }) => type)).to.deep.equal([1]);
  });

  it('is closed at once when it sends nothing and ends', async () => {
    const peer = await probe.stranger();
    peer.end();
    await peer.closed();
    expect(peer.received).to.have.length(0);
  });
});
