import { expect } from 'chai';
import { VIOLATIONS, type Violation } from '../../src/wire/protocol-error';
import type { HostilePeer } from '../support/hostile-peer';
import { BEGUN_CALL, ECHO_CALL, HOLD_CALL } from '../support/probe-frames';
import { PREFACE_HEX } from '../support/raw-frames';
import { SERVED, TcpProbe } from '../support/tcp-probe';

interface Case {
  readonly rule: Violation;
  /** What the peer does wrong. */
  readonly title: string;
  /** What it sends behind preface and HELLO. */
  readonly bytes: string;
  /** The status in GOAWAY, by number as gRPC has it; default 13, INTERNAL. */
  readonly status?: number;
  /** GOAWAY's last stream; default 0. */
  readonly lastStream?: number;
}

/** A first fragment of one byte on stream 1. */
const FRAGMENT = '00000001 00000001 03 06 0000 0007 0001  00';

const CASES: readonly Case[] = [
  {
    rule: 'HELLO_REPEATED',
    title: 'a second HELLO',
    bytes:
      '00000016 00000000 01 00 0000 0000 0000  0001 0001 00400000 00000400 00002710 00000000 0000',
  },
  {
    rule: 'FRAME_TOO_LONG',
    title: 'a header that declares 65 537 bytes, without its payload',
    bytes: '00010001 00000001 03 00 0000 0007 0001',
    status: 8,
  },
  {
    rule: 'FRAME_TOO_LONG',
    title: 'a header of an unknown, ignorable type that declares 4 GiB',
    bytes: 'ffffffff 00000001 90 00 0000 0007 0001',
    status: 8,
  },
  { rule: 'TYPE_UNKNOWN', title: 'type 0', bytes: '00000000 00000001 00 00 0000 0007 0001' },
  { rule: 'TYPE_UNKNOWN', title: 'type 0x7f', bytes: '00000000 00000001 7f 00 0000 0007 0001' },
  {
    rule: 'TYPE_OUT_OF_PLACE',
    title: 'END from a client',
    bytes: `${HOLD_CALL} 00000002 00000001 04 00 0000 0007 0002  0000`,
    lastStream: 1,
  },
  {
    rule: 'TYPE_OUT_OF_PLACE',
    title: 'META from a client',
    bytes: '00000002 00000001 09 00 0000 0007 0002  0000',
  },
  {
    rule: 'FLAG_OUT_OF_PLACE',
    title: 'PING with LAST',
    bytes: '00000008 00000000 07 01 0000 0000 0000  0000000000000000',
  },
  {
    rule: 'FLAG_OUT_OF_PLACE',
    title: "DATA with REPLY, which is the server's",
    bytes: `${BEGUN_CALL} 00000001 00000001 03 14 0000 0007 0001  00`,
    lastStream: 1,
  },
  {
    rule: 'CODE_OUT_OF_PLACE',
    title: 'CALL with a status',
    bytes: '00000006 00000001 02 01 0001 0007 0001  00000000 0000',
  },
  {
    rule: 'CODE_OUT_OF_PLACE',
    title: 'CANCEL without a status',
    bytes: `${HOLD_CALL} 00000002 00000001 05 00 0000 0007 0002  0000`,
    lastStream: 1,
  },
  {
    rule: 'STREAM_OUT_OF_PLACE',
    title: 'CALL on an even stream',
    bytes: '00000006 00000002 02 01 0000 0007 0001  00000000 0000',
  },
  {
    rule: 'STREAM_OUT_OF_PLACE',
    title: 'CALL on stream 0',
    bytes: '00000006 00000000 02 01 0000 0007 0001  00000000 0000',
  },
  {
    rule: 'STREAM_OUT_OF_PLACE',
    title: 'CALL on stream 2^31 + 1',
    bytes: '00000006 80000001 02 01 0000 0007 0001  00000000 0000',
  },
  {
    rule: 'METHOD_OUT_OF_PLACE',
    title: 'PING of a service',
    bytes: '00000008 00000000 07 00 0000 0007 0000  0000000000000000',
  },
  {
    rule: 'LENGTH_OUT_OF_PLACE',
    title: 'PING of 7 bytes, refused on its header',
    bytes: '00000007 00000000 07 00 0000 0000 0000',
  },
  {
    rule: 'STREAM_ID_REUSED',
    title: 'two CALLs with one id',
    bytes: `${HOLD_CALL} ${HOLD_CALL}`,
    lastStream: 1,
  },
  {
    rule: 'STREAM_ID_REUSED',
    title: 'an id below the last',
    bytes: `00000006 00000007 02 00 0000 0007 0001  00000000 0000 ${HOLD_CALL}`,
    lastStream: 7,
  },
  {
    rule: 'STREAM_NOT_OPEN',
    title: 'DATA for a stream that never was',
    bytes: '00000000 00000003 03 01 0000 0007 0001',
  },
  {
    rule: 'STREAM_HALF_CLOSED',
    title: 'DATA after LAST',
    bytes: `${HOLD_CALL} 00000001 00000001 03 04 0000 0007 0002  00`,
    lastStream: 1,
  },
  {
    rule: 'METHOD_MISMATCH',
    title: 'DATA with another method than its CALL',
    bytes: `${BEGUN_CALL} 00000001 00000001 03 05 0000 0007 0002  00`,
    lastStream: 1,
  },
  {
    rule: 'METHOD_MISMATCH',
    title: 'CANCEL with another service than its CALL',
    bytes: `${HOLD_CALL} 00000002 00000001 05 00 0001 0008 0002  0000`,
    lastStream: 1,
  },
  {
    rule: 'FRAGMENT_UNEXPECTED',
    title: 'a fragment of no message',
    bytes: `${BEGUN_CALL} 00000001 00000001 03 00 0000 0007 0001  00`,
    lastStream: 1,
  },
  {
    rule: 'FRAGMENT_UNEXPECTED',
    title: 'an empty DATA that says nothing',
    bytes: `${BEGUN_CALL} 00000000 00000001 03 00 0000 0007 0001`,
    lastStream: 1,
  },
  {
    rule: 'FRAGMENT_MISSING',
    title: 'a message that begins inside another',
    bytes: `${BEGUN_CALL} ${FRAGMENT} ${FRAGMENT}`,
    lastStream: 1,
  },
  {
    rule: 'FRAGMENT_MISSING',
    title: 'LAST alone in the middle of a message',
    bytes: `${BEGUN_CALL} ${FRAGMENT} 00000000 00000001 03 01 0000 0007 0001`,
    lastStream: 1,
  },
  {
    rule: 'FRAGMENT_EMPTY',
    title: 'MORE without a payload',
    bytes: `${BEGUN_CALL} ${FRAGMENT} 00000000 00000001 03 02 0000 0007 0001`,
    lastStream: 1,
  },
  {
    rule: 'FRAGMENT_EMPTY',
    title: 'an empty fragment that begins a message',
    bytes: `${BEGUN_CALL} 00000000 00000001 03 06 0000 0007 0001`,
    lastStream: 1,
  },
  {
    rule: 'CREDIT_ZERO',
    title: 'CREDIT of 0 bytes',
    bytes: `${HOLD_CALL} 00000004 00000001 06 00 0000 0007 0002  00000000`,
    lastStream: 1,
  },
  {
    rule: 'CREDIT_OVERFLOW',
    title: 'CREDIT that makes one byte more than 2^31 - 1',
    bytes: `${HOLD_CALL} 00000004 00000001 06 00 0000 0007 0002  7ffc0000`,
    lastStream: 1,
  },
  {
    rule: 'COMPRESSION_NOT_AGREED',
    title: 'a compressed message that nobody agreed on',
    bytes: '00000006 00000001 02 0d 0000 0007 0001  00000000 0000',
  },
  {
    rule: 'TIMEOUT_INVALID',
    title: 'a time limit of 2^31 ms',
    bytes: '00000006 00000001 02 01 0000 0007 0001  80000000 0000',
    lastStream: 1,
  },
  {
    rule: 'OPTIONS_MALFORMED',
    title: 'an options entry that is cut',
    bytes: '0000000a 00000001 02 01 0000 0007 0001  00000000 0004 05 0002 41',
    lastStream: 1,
  },
  {
    rule: 'OPTIONS_TOO_LONG',
    title: 'options of 8 193 bytes, refused on their length',
    bytes: '00000006 00000001 02 01 0000 0007 0001  00000000 2001',
    status: 8,
    lastStream: 1,
  },
  {
    rule: 'PING_FLOOD',
    title: 'the third PING that comes too soon',
    bytes: '00000008 00000000 07 00 0000 0000 0000  0000000000000000 '.repeat(4),
    status: 8,
  },
];

/** Rules that are broken before HELLO, in time, in a message, or only by a server: see other specs. */
const ELSEWHERE: readonly Violation[] = [
  'PREFACE_MISMATCH',
  'VERSION_UNSUPPORTED',
  'HELLO_MISSING',
  'HELLO_INVALID',
  'HANDSHAKE_TIMEOUT',
  'FRAME_TIMEOUT',
  'META_REPEATED',
  'CREDIT_EXCEEDED',
];

async function outcomeOf(probe: TcpProbe, peer: HostilePeer): Promise<unknown> {
  await peer.ended();
  const goaways = peer.goaways.map(({ code, lastStream, text }) => {
    return { code, lastStream, rule: text.slice(0, text.indexOf(':')) };
  });
  peer.end();
  await peer.closed();
  return { goaways, bystander: await probe.bystanderAnswer() };
}

describe('a client that breaks a rule of the connection', () => {
  let probe: TcpProbe;
  beforeEach(async () => (probe = await TcpProbe.start()));
  afterEach(() => probe.stop());

  for (const { rule, title, bytes, status = 13, lastStream = 0 } of CASES) {
    it(`is told ${rule} for ${title}, and nobody else suffers`, async () => {
      const peer = await probe.guest();
      expect(await outcomeOf(probe, peer.send(bytes))).to.deep.equal({
        goaways: [{ code: status, lastStream, rule }],
        bystander: SERVED,
      });
    });
  }

  it('is told HELLO_MISSING for a CALL that comes first', async () => {
    const peer = await probe.stranger();
    expect(await outcomeOf(probe, peer.send(`${PREFACE_HEX} ${ECHO_CALL}`))).to.deep.equal({
      goaways: [{ code: 13, lastStream: 0, rule: 'HELLO_MISSING' }],
      bystander: SERVED,
    });
  });

  it('has its correct calls before the broken frame answered', async () => {
    const peer = await probe.guest();
    peer.send(`${ECHO_CALL} 00000000 00000003 00 00 0000 0000 0000`);
    await peer.ended();
    expect(peer.frames.map(({ type }) => type)).to.deep.equal([1, 4, 8]);
  });

  it('is the subject of a case here or elsewhere for every rule', () => {
    const connectionRules = Object.entries(VIOLATIONS)
      .filter(([, { scope }]) => scope === 'connection')
      .map(([name]) => name);
    const tested = new Set<string>([...CASES.map(({ rule }) => rule), ...ELSEWHERE]);
    expect(connectionRules.filter((name) => !tested.has(name))).to.deep.equal([]);
  });
});
