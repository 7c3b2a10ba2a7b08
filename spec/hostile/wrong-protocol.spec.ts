import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { Random } from '../fuzz/random-bytes';
import { hex } from '../support/hex';
import type { HostilePeer } from '../support/hostile-peer';
import { PEAK_MIB_MAX, VictimProcess } from './support/victim-process';

/** Repeat a failure by FUZZ_SEED=… */
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);
const CONNECTIONS = 100;

describe(`something else than Fio (grpc-node with Traefik, fbthrift#237; FUZZ_SEED=${SEED})`, () => {
  const random = new Random(SEED);
  const INPUTS: Record<string, () => Buffer> = {
    'an HTTP request': () => Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    'an HTTP answer, whose first bytes are a length of 808 722 544': () =>
      Buffer.from('404 page not found'),
    'HTTP/2': () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    'a TLS handshake': () =>
      Buffer.concat([hex('16 03 01 02 00 01 00 01 fc 03 03'), random.bytes(200)]),
    'what ended a Thrift server': () => Buffer.from('asda'),
    // Not 89, which a preface begins with.
    'random bytes': () => Buffer.concat([Buffer.of(random.below(0x89)), random.bytes(500)]),
  };
  let victim: VictimProcess;
  const peers: HostilePeer[] = [];

  before(async function () {
    this.timeout(20_000);
    victim = await VictimProcess.server();
    for (const input of Object.values(INPUTS)) {
      for (let count = 0; count < CONNECTIONS; count++) {
        peers.push((await victim.stranger()).send(input()));
      }
    }
    await Promise.all(peers.map((peer) => peer.ended()));
  });
  after(() => victim.stop());

  it('is closed without an answer', () => {
    expect(new Set(peers.map(({ received }) => received.length))).to.deep.equal(new Set([0]));
  });

  it('is in the log, each time', async () => {
    const { log } = await victim.condition();
    const lines = Object.values(log).reduce((sum, count) => sum + count, 0);
    expect(lines).to.equal(Object.keys(INPUTS).length * CONNECTIONS);
  });

  it(`costs less than ${PEAK_MIB_MAX} MiB`, async () => {
    expect((await victim.cost()).peakMiB).to.be.below(PEAK_MIB_MAX);
  });

  it('harms nobody else', async () => {
    expect(await victim.serves()).to.equal(true);
  });
});
