import { expect } from 'chai';
import { client, connect, RpcError, type Channel } from '../../src/rpc/index';
import { HostileServer, type HostilePeer } from '../support/hostile-peer';
import { ECHO_END } from '../support/probe-frames';
import { note, Probe } from '../support/probe-service';
import { PREFACE_HEX, serverOpening } from '../support/raw-frames';

interface Outcome {
  readonly code: number;
  readonly isLocal: boolean;
  readonly mayHaveActed: boolean;
  readonly text: string;
}

const GOAWAY_UNAUTHENTICATED =
  '00000011 00000000 08 00 0010 0000 0000  00000000 00000000 0007 05 0004 6e6f6e65';

describe('a client of a server that breaks the rules', () => {
  let server: HostileServer | undefined;
  let channel: Channel | undefined;
  const peers: HostilePeer[] = [];

  afterEach(async () => {
    const closing = channel?.close();
    await server?.close();
    await closing;
    peers.length = 0;
  });

  /** Our client against a server that does `onCall` when the client's first CALL has come. */
  async function against(
    opening: string | Buffer,
    onCall: (peer: HostilePeer) => void = () => undefined,
  ): Promise<Channel> {
    server = await HostileServer.listen((peer) => {
      peers.push(peer);
      peer.send(opening);
      peer.frame(2).then(
        () => onCall(peer),
        () => undefined,
      );
    });
    const limits = { handshakeMsMax: 100, lingerMsMax: 100 };
    channel = connect(`127.0.0.1:${server.port}`, { limits });
    return channel;
  }

  async function outcome(using: Channel): Promise<Outcome> {
    try {
      const reply = await client(Probe, using).echo(note('hi'));
      throw new Error(`the call was answered ${reply.text}`);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const { code, isLocal, mayHaveActed, text } = error;
      return { code, isLocal, mayHaveActed, text };
    }
  }

  /** The rule that our client names in its GOAWAY. */
  async function ruleTold(): Promise<string | undefined> {
    await peers[0]!.ended();
    const text = peers[0]!.goaways[0]?.text;
    return text?.slice(0, text.indexOf(':'));
  }

  const LOST: readonly (readonly [title: string, frames: string, rule: string])[] = [
    [
      'END for a stream that is not open',
      ECHO_END.replace('00000001', '00000003'),
      'STREAM_NOT_OPEN',
    ],
    ['END of another method', ECHO_END.replace('0007 0001', '0007 0002'), 'METHOD_MISMATCH'],
    ['CALL', '00000006 00000001 02 01 0000 0007 0001 00000000 0000', 'TYPE_OUT_OF_PLACE'],
    ['CANCEL', '00000002 00000001 05 00 0001 0007 0001 0000', 'TYPE_OUT_OF_PLACE'],
    ['DATA without REPLY', '00000001 00000001 03 04 0000 0007 0001 00', 'FLAG_OUT_OF_PLACE'],
    ['DATA with LAST', '00000001 00000001 03 15 0000 0007 0001 00', 'FLAG_OUT_OF_PLACE'],
    [
      'END that says OK and not processed',
      '00000002 00000001 04 20 0000 0007 0001 0000',
      'FLAG_OUT_OF_PLACE',
    ],
    ['a second META', '00000002 00000001 09 00 0000 0007 0001 0000'.repeat(2), 'META_REPEATED'],
    [
      'META after DATA',
      '00000001 00000001 03 16 0000 0007 0001 00 00000002 00000001 09 00 0000 0007 0001 0000',
      'META_REPEATED',
    ],
    [
      'END with malformed options',
      '00000004 00000001 04 00 0000 0007 0001 0002 0500',
      'OPTIONS_MALFORMED',
    ],
    [
      'a fragment of no message',
      '00000001 00000001 03 10 0000 0007 0001 00',
      'FRAGMENT_UNEXPECTED',
    ],
    ['a header over the limit', '00010001 00000001 04 00 0000 0007 0001', 'FRAME_TOO_LONG'],
    ['CREDIT of 0', '00000004 00000001 06 00 0000 0007 0001 00000000', 'CREDIT_ZERO'],
    [
      'a second HELLO',
      '00000016 00000000 01 10 0000 0000 0000 0001 0001 00400000 00000400 00002710 00000000 0000',
      'HELLO_REPEATED',
    ],
    ['a compressed END', '00000002 00000001 04 0c 0000 0007 0001 0000', 'COMPRESSION_NOT_AGREED'],
    [
      'PINGs without end',
      '00000008 00000000 07 00 0000 0000 0000 0000000000000000 '.repeat(4),
      'PING_FLOOD',
    ],
  ];
  for (const [title, frames, rule] of LOST) {
    it(`has its call end with UNAVAILABLE and ${rule} after ${title}`, async () => {
      const { code, text } = await outcome(
        await against(serverOpening(), (peer) => peer.send(frames)),
      );
      expect([code, text.includes(rule)]).to.deep.equal([14, true]);
    });

    it(`says ${rule} to the server for ${title}`, async () => {
      await outcome(await against(serverOpening(), (peer) => peer.send(frames)));
      expect(await ruleTold()).to.equal(rule);
    });
  }

  it('is answered, and then says STREAM_NOT_OPEN, when END comes twice', async () => {
    const using = await against(serverOpening(), (peer) => peer.send(ECHO_END + ' ' + ECHO_END));
    const reply = await client(Probe, using).echo(note('hi'));
    expect([reply.text, await ruleTold()]).to.deep.equal(['hi', 'STREAM_NOT_OPEN']);
  });

  it('has its call end when the preface is garbage', async () => {
    const { code, text } = await outcome(await against('48 54 54 50 2f 31 2e 31'));
    expect([code, text]).to.deep.equal([
      14,
      'the connection was ended: PREFACE_MISMATCH: the peer does not speak Fio, it begins with 485454502f312e31',
    ]);
  });

  it('has its call end when there is no common version', async () => {
    const { code, text } = await outcome(
      await against(
        `${PREFACE_HEX} 00000016 00000000 01 10 0000 0000 0000  0002 0003 00400000 00000400 00002710 00000000 0000`,
      ),
    );
    expect([code, text]).to.deep.equal([
      14,
      'the connection was ended: VERSION_UNSUPPORTED: the peer speaks versions 2 to 3, we speak 1 to 1',
    ]);
  });

  it('has its call end when no HELLO comes', async () => {
    const { code, text } = await outcome(await against(PREFACE_HEX));
    expect([code, text]).to.deep.equal([
      14,
      'the connection was ended: HANDSHAKE_TIMEOUT: no HELLO in time',
    ]);
  });

  it('has its call end, not processed, by the status of a GOAWAY that comes at once', async () => {
    const using = await against(`${PREFACE_HEX} ${GOAWAY_UNAUTHENTICATED}`);
    const { code, mayHaveActed, text } = await outcome(using);
    expect([code, mayHaveActed, text]).to.deep.equal([16, false, 'none']);
  });

  it('has its call end with UNAVAILABLE, perhaps processed, up to last stream', async () => {
    const goaway = GOAWAY_UNAUTHENTICATED.replace('  00000000', '  00000001');
    const using = await against(serverOpening(), (peer) => peer.send(goaway));
    const { code, mayHaveActed } = await outcome(using);
    expect([code, mayHaveActed]).to.deep.equal([14, true]);
  });

  it('has its call end with UNAVAILABLE, not processed, by a GOAWAY that is not final', async () => {
    const goaway = GOAWAY_UNAUTHENTICATED.replace('0010', '0008');
    const using = await against(serverOpening(), (peer) => peer.send(goaway));
    const { code, mayHaveActed } = await outcome(using);
    expect([code, mayHaveActed]).to.deep.equal([14, false]);
  });

  it('has its call end when the connection closes at once', async () => {
    const using = await against('', (peer) => peer.destroy());
    expect((await outcome(using)).code).to.equal(14);
  });

  it('has its call end when the connection closes in the middle of a reply', async () => {
    const using = await against(serverOpening(), (peer) => {
      peer.send('00000003 00000001 03 16 0000 0007 0001 000000').end();
    });
    const { code, mayHaveActed, text } = await outcome(using);
    expect([code, mayHaveActed, text]).to.deep.equal([14, true, 'the peer closed the connection']);
  });

  it('has its call end when the connection is reset in the middle of a reply', async () => {
    const using = await against(serverOpening(), (peer) => {
      peer.send('00000003 00000001 03 16 0000 0007 0001 000000');
      peer.socket.resetAndDestroy();
    });
    const { code, mayHaveActed } = await outcome(using);
    expect([code, mayHaveActed]).to.deep.equal([14, true]);
  });

  it('fails a call with INTERNAL when its reply cannot be decoded', async () => {
    const using = await against(serverOpening(), (peer) =>
      peer.send('00000007 00000001 04 04 0000 0007 0001 0000 00000001 ff'),
    );
    const { code, isLocal, text } = await outcome(using);
    expect([code, isLocal, text.includes('UTF8_INVALID')]).to.deep.equal([13, true, true]);
  });

  it('goes on with the connection after a reply that cannot be decoded', async () => {
    let calls = 0;
    const using = await against(serverOpening(), (peer) => {
      peer.send('00000007 00000001 04 04 0000 0007 0001 0000 00000001 ff');
      void peer.frame(2, 2).then(() => {
        calls = 2;
        peer.send(ECHO_END.replace('00000001', '00000003'));
      });
    });
    await outcome(using);
    const reply = await client(Probe, using).echo(note('hi'));
    expect([reply.text, calls, peers.length]).to.deep.equal(['hi', 2, 1]);
  });

  it('cancels a call whose reply in DATA cannot be decoded', async () => {
    const using = await against(serverOpening(), (peer) =>
      peer.send('00000005 00000001 03 14 0000 0007 0001 00000001 ff'),
    );
    await outcome(using);
    expect((await peers[0]!.frame(5)).stream).to.equal(1);
  });

  it('fails a call with UNIMPLEMENTED when END has success and no reply', async () => {
    const using = await against(serverOpening(), (peer) =>
      peer.send('00000002 00000001 04 00 0000 0007 0001 0000'),
    );
    expect((await outcome(using)).code).to.equal(12);
  });

  it('reads an unknown status as UNKNOWN', async () => {
    const using = await against(serverOpening(), (peer) =>
      peer.send('00000002 00000001 04 00 0063 0007 0001 0000'),
    );
    const { code, isLocal } = await outcome(using);
    expect([code, isLocal]).to.deep.equal([2, false]);
  });

  it('skips frames of an unknown type of 0x80 and above', async () => {
    const using = await against(serverOpening(), (peer) =>
      peer.send(`00000003 ffffffff ff ff ffff ffff ffff 616263 ${ECHO_END}`),
    );
    expect((await client(Probe, using).echo(note('hi'))).text).to.equal('hi');
  });
});
