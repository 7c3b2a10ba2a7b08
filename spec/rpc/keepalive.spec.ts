import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import { settle } from '../support/fake-environment';
import { MemoryPeer } from '../support/memory-peer';
import { MemoryProbe, type MemoryProbeOptions } from '../support/memory-probe';
import { watch } from '../support/outcome';
import { note } from '../support/probe-service';
import { clientOpening, parseFrames } from '../support/raw-frames';

const PING_REPLY = '00000008 00000000 07 10 0000 0000 0000  0000000000000000';

describe('a connection on which nothing comes', () => {
  let memory: MemoryProbe;
  afterEach(() => memory.stop());

  function start(options: MemoryProbeOptions = {}): void {
    memory = new MemoryProbe({ pair: { records: true }, ...options });
  }

  /** A raw client of the server that says HELLO and nothing more. */
  async function silentPeer(): Promise<MemoryPeer> {
    const peer = MemoryPeer.connect(memory.server);
    await peer.send(clientOpening());
    return peer;
  }

  it('is pinged by the server after 30 s, and not before', async () => {
    start();
    const peer = await silentPeer();
    await memory.environment.advance(30_000 - 1);
    const before = peer.framesOf(7).length;
    await memory.environment.advance(1);
    expect([before, peer.framesOf(7).map(({ flags }) => flags)]).to.deep.equal([0, [0]]);
  });

  it('is destroyed by the server when nothing comes for another 10 s', async () => {
    start();
    const peer = await silentPeer();
    await memory.environment.advance(40_000 - 1);
    const before = peer.serverEnd.isDestroyed;
    await memory.environment.advance(1);
    expect([before, peer.serverEnd.isDestroyed]).to.deep.equal([false, true]);
  });

  it('lives on when the PING is answered', async () => {
    start();
    const peer = await silentPeer();
    await memory.environment.advance(30_000);
    await peer.send(PING_REPLY);
    await memory.environment.advance(10_000);
    expect(peer.serverEnd.isDestroyed).to.equal(false);
  });

  it('lives on when anything comes instead, half a header even', async () => {
    start();
    const peer = await silentPeer();
    await memory.environment.advance(30_000);
    await peer.send('00 00');
    await memory.environment.advance(10_000);
    expect(peer.serverEnd.isDestroyed).to.equal(false);
  });

  it('is not pinged while bytes come', async () => {
    start();
    const peer = await silentPeer();
    for (let count = 0; count < 12; count++) {
      await memory.environment.advance(20_000);
      await peer.send('00000000 00000000 90 00 0000 0000 0000');
    }
    expect(peer.framesOf(7)).to.deep.equal([]);
  });

  it('is pinged by a client with calls in progress', async () => {
    start({ serverLimits: { pingEveryMs: 2_000_000_000 } });
    watch(memory.probe.hold(note('')));
    await settle();
    memory.serverEnd.received.length = 0;
    await memory.environment.advance(30_000);
    const frames = parseFrames(Buffer.concat(memory.serverEnd.received));
    expect(frames.filter(({ type, flags }) => type === 7 && flags === 0)).to.have.length.above(0);
  });

  it('is not pinged by a client without', async () => {
    start({ serverLimits: { pingEveryMs: 2_000_000_000 } });
    await memory.probe.echo(note(''));
    memory.serverEnd.received.length = 0;
    await memory.environment.advance(300_000);
    expect(parseFrames(Buffer.concat(memory.serverEnd.received))).to.deep.equal([]);
  });

  it('fails the calls of a client whose server has vanished', async () => {
    start();
    const call = watch(memory.probe.hold(note('')));
    await settle();
    memory.clientEnd.stall();
    memory.serverEnd.stall();
    await memory.environment.advance(40_000);
    const { error } = call;
    expect([error?.code, error?.text, error?.mayHaveActed]).to.deep.equal([
      14,
      'the peer has been silent for too long',
      true,
    ]);
  });

  it('is pinged no more often than the peer allows', async () => {
    start();
    const peer = MemoryPeer.connect(memory.server);
    await peer.send('89 46 49 4f 0d 0a 1a 0a 00000016 00000000 01 00 0000 0000 0000');
    await peer.send('0001 0001 00400000 00000400 000249f0 00000000 0000');
    await memory.environment.advance(150_000 - 1);
    expect(peer.framesOf(7)).to.deep.equal([]);
  });

  it('keeps two of our ends from flooding each other', async () => {
    start();
    watch(memory.probe.hold(note('')));
    await memory.environment.advance(1_000_000);
    expect([memory.pairs.length, memory.log]).to.deep.equal([1, []]);
  });
});

describe('a connection that has had its time', () => {
  let memory: MemoryProbe;
  afterEach(() => memory.stop());

  it('is drained by its server when it was idle for 30 min', async () => {
    memory = new MemoryProbe({ clientLimits: { idleMsMax: 2_000_000_000 } });
    await memory.probe.echo(note(''));
    await memory.environment.advance(3_600_000);
    expect(memory.clientEnd.isDestroyed).to.equal(true);
  });

  it('is left by its client when it was idle for 30 min', async () => {
    memory = new MemoryProbe({ serverLimits: { idleMsMax: 2_000_000_000 } });
    await memory.probe.echo(note(''));
    await memory.environment.advance(3_600_000);
    expect(memory.clientEnd.isDestroyed).to.equal(true);
  });

  it('is kept while a call is in progress', async () => {
    memory = new MemoryProbe();
    const call = watch(memory.probe.hold(note('')));
    await memory.environment.advance(7_200_000);
    expect([memory.clientEnd.isDestroyed, call.isOver]).to.deep.equal([false, false]);
  });

  it('is kept while calls come now and then', async () => {
    memory = new MemoryProbe();
    for (let count = 0; count < 5; count++) {
      await memory.probe.echo(note(''));
      await memory.environment.advance(1_500_000);
    }
    expect(memory.pairs).to.have.length(1);
  });

  it('is drained at its age, and the next call goes to a new one', async () => {
    memory = new MemoryProbe({ serverLimits: { connectionAgeMsMax: 60_000 } });
    await memory.probe.echo(note(''));
    await memory.environment.advance(60_000);
    await memory.probe.echo(note(''));
    expect(memory.pairs).to.have.length(2);
  });

  for (const [random, ageMs] of [
    [0, 54_000],
    [0.999_999, 66_000],
  ] as const) {
    it(`is drained 10 % sooner or later by chance: ${ageMs} ms`, async () => {
      memory = new MemoryProbe({ serverLimits: { connectionAgeMsMax: 60_000 } });
      memory.environment.random = () => random;
      await memory.probe.echo(note(''));
      await memory.environment.advance(ageMs - 1);
      const before = memory.clientEnd.isDestroyed;
      await memory.environment.advance(1);
      expect([before, memory.clientEnd.isDestroyed]).to.deep.equal([false, true]);
    });
  }
});
