import { Buffer } from 'node:buffer';
import { deflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import { hex } from '../support/hex';
import { HostileServer } from '../support/hostile-peer';
import { PREFACE_HEX, rawFrame, serverOpening } from '../support/raw-frames';
import { pour, repeat } from './support/pour';
import { PEAK_MIB_MAX, VictimProcess } from './support/victim-process';

const CALLS_PER_ROUND = 4;
const MILLION = 1_000_000;

/** HELLO of a server with the capability deflate. */
const HELLO_DEFLATE =
  '00000016 00000000 01 10 0000 0000 0000  0001 0001 00400000 00000400 00002710 00000001 0000';

/** END of Ask whose message says that it inflates to 4 MiB, and has 60. */
function bomb(): Buffer {
  const deflated = deflateRawSync(Buffer.alloc(60 * 1_048_576));
  const payload = Buffer.concat([hex('0000 00400000'), deflated]);
  return rawFrame({ stream: 5, type: 4, flags: 0x0c, service: 8, method: 1, payload });
}

interface Attack {
  /** The server's bytes, when it has the client's calls: 1 Chat, 3 Collect, 5 Ask, 7 Count. */
  readonly bytes: () => Buffer;
  /** How the four calls end: lost, or by their time limit when the connection goes on. */
  readonly outcome: Readonly<Record<string, number>>;
}

const LOST = { 14: 4 };
const LATE = { 4: 4 };
const opened = (...parts: Buffer[]): Buffer => Buffer.concat([serverOpening(), ...parts]);

const ATTACKS: Readonly<Record<string, Attack>> = {
  'a length of 16 MiB - 1': {
    bytes: () => opened(hex('00ffffff 00000003 03 16 0000 0008 0003')),
    outcome: LOST,
  },
  'a million fragments of one byte': {
    bytes: () =>
      opened(
        hex('00000001 00000007 03 16 0000 0008 0002  00'),
        repeat(MILLION, hex('00000001 00000007 03 12 0000 0008 0002  00')),
      ),
    outcome: LATE,
  },
  'a million PINGs': {
    bytes: () =>
      opened(repeat(MILLION, hex('00000008 00000000 07 00 0000 0000 0000  0123456789abcdef'))),
    outcome: LOST,
  },
  'META without end': {
    bytes: () => opened(repeat(10_000, hex('00000002 00000007 09 00 0000 0008 0002  0000'))),
    outcome: LOST,
  },
  'a decompression bomb': {
    bytes: () => Buffer.concat([hex(`${PREFACE_HEX} ${HELLO_DEFLATE}`), bomb()]),
    outcome: { 13: 1, 4: 3 },
  },
  'credit above 2^31 - 1': {
    bytes: () => opened(hex('00000004 00000001 06 00 0000 0008 0004  7fffffff')),
    outcome: LOST,
  },
  'a million frames of no known type': {
    bytes: () => opened(repeat(MILLION, hex('00000000 00000000 ff 00 0000 0000 0000'))),
    outcome: LATE,
  },
  'an HTTP answer': { bytes: () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), outcome: LOST },
  'nothing at all': { bytes: () => Buffer.alloc(0), outcome: LOST },
};

describe('a client in a process of its own, of a server that sends', function () {
  this.timeout(60_000);
  let victim: VictimProcess;
  let server: HostileServer;
  let outcomes: Readonly<Record<string, number>>;

  before(async () => {
    // Made before anybody waits: to deflate 60 MiB may take longer than the client waits for HELLO.
    const attacks = Object.values(ATTACKS).map(({ bytes }) => bytes());
    let connections = 0;
    server = await HostileServer.listen((peer) => {
      const attack = attacks[connections++];
      peer
        .frame(2, CALLS_PER_ROUND)
        .then(() => pour(peer, attack ?? Buffer.alloc(0)))
        .catch(() => undefined);
    });
    victim = await VictimProcess.client(server.port, {
      limits: { handshakeMsMax: 500, lingerMsMax: 100 },
      compressedBytesMin: 100,
      rounds: attacks.length,
    });
    await victim.makeCalls();
    ({ outcomes } = await victim.condition());
  });
  after(async () => {
    await victim.stop();
    await server.close();
  });

  Object.entries(ATTACKS).forEach(([title, { outcome }], round) => {
    it(`${title}, has its calls ended by an error`, () => {
      const found = Object.entries(outcomes)
        .filter(([name]) => name.startsWith(`${round} `))
        .map(([name, count]) => [name.split(' ')[1], count] as const);
      expect(Object.fromEntries(found)).to.deep.equal(outcome);
    });
  });

  it('any of these, has no call ended by anything but an RpcError', () => {
    expect(Object.keys(outcomes).filter((name) => name.startsWith('foreign'))).to.deep.equal([]);
  });

  it(`all of these, costs less than ${PEAK_MIB_MAX} MiB`, async () => {
    expect((await victim.cost()).peakMiB).to.be.below(PEAK_MIB_MAX);
  });
});
