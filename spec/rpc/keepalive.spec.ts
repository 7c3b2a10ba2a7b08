import { expect } from 'chai';
import type { Limits } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { MemoryFlow } from '../support/memory-flow';
import { MemoryPeer } from '../support/memory-peer';
import { watch } from '../support/outcome';
import { note } from '../support/probe-service';
import { clientOpening, PREFACE_HEX } from '../support/raw-frames';

const REPLY = 0x10;

describe('keepalive', () => {
  let memory: MemoryFlow;
  afterEach(() => memory.stop());

  function start(limits: Partial<Limits> = {}, serverLimits: Partial<Limits> = {}): void {
    memory = new MemoryFlow({
      handlers: { ask: ({ text }) => (text === 'hold' ? new Promise(() => undefined) : note('')) },
      channel: { limits },
      // A server that asks nothing by itself, so that all PINGs are the client's.
      server: { limits: { pingEveryMs: 0x7fff_ffff, ...serverLimits } },
    });
  }

  /** PINGs that the server has got: those that ask. */
  function asked(): number {
    return memory.frames('serverEnd', 7).filter(({ flags }) => (flags & REPLY) === 0).length;
  }

  it('asks a server that has been silent for 30 s while a call is open', async () => {
    start();
    watch(memory.flow.ask(note('hold')));
    await settle();
    await memory.environment.advance(29_999);
    const before = asked();
    await memory.environment.advance(1);
    expect([before, asked()]).to.deep.equal([0, 1]);
  });

  it('is content with an answer', async () => {
    start();
    const call = watch(memory.flow.ask(note('hold')));
    await memory.environment.advance(300_000);
    expect([call.isOver, memory.pairs.length, asked() > 5]).to.deep.equal([false, 1, true]);
  });

  it('asks nothing without a call', async () => {
    start();
    await memory.flow.ask(note(''));
    await memory.environment.advance(300_000);
    expect(asked()).to.equal(0);
  });

  it('asks nothing while anything comes', async () => {
    start();
    watch(memory.flow.ask(note('hold')));
    for (let at = 0; at < 10; at++) {
      await memory.environment.advance(20_000);
      await memory.flow.ask(note(''));
    }
    expect(asked()).to.equal(0);
  });

  it('ends the call with UNAVAILABLE when nothing comes for 10 s more', async () => {
    start();
    const call = watch(memory.flow.ask(note('hold')));
    await settle();
    memory.serverEnd.stall();
    await memory.environment.advance(39_999);
    const wasOver = call.isOver;
    await memory.environment.advance(1);
    const { error } = call;
    expect([wasOver, error?.code, error?.text]).to.deep.equal([
      false,
      14,
      'the peer has been silent for too long',
    ]);
  });

  it('goes on with the next call on another connection', async () => {
    start();
    watch(memory.flow.ask(note('hold')));
    await settle();
    memory.serverEnd.stall();
    await memory.environment.advance(41_000);
    await memory.flow.ask(note(''));
    expect(memory.pairs).to.have.length(2);
  });

  it('asks no more often than the server allows', async () => {
    start({ pingEveryMs: 100 }, { pingIntervalMsMin: 5_000 });
    watch(memory.flow.ask(note('hold')));
    await memory.environment.advance(20_000);
    expect(asked()).to.be.within(1, 4);
  });

  it('asks as often as it likes where that is allowed', async () => {
    start({ pingEveryMs: 100, pingAnswerMsMax: 100 }, { pingIntervalMsMin: 0 });
    watch(memory.flow.ask(note('hold')));
    await memory.environment.advance(2_000);
    expect(asked()).to.be.above(5);
  });

  describe('of a server', () => {
    async function guest(): Promise<MemoryPeer> {
      start({}, { pingEveryMs: 30_000 });
      const peer = MemoryPeer.connect(memory.server);
      await peer.send(clientOpening());
      return peer;
    }

    it('asks a client that is silent also without a call', async () => {
      const peer = await guest();
      await memory.environment.advance(30_000);
      expect(peer.framesOf(7)).to.have.length(1);
    });

    it('drops one that does not answer, without a word', async () => {
      const peer = await guest();
      await memory.environment.advance(40_000);
      expect([peer.isEnded, peer.goaways]).to.deep.equal([true, []]);
    });

    it('keeps one that sends anything', async () => {
      const peer = await guest();
      await memory.environment.advance(35_000);
      await peer.send('00000000 00000000 90 00 0000 0000 0000');
      await memory.environment.advance(20_000);
      expect(peer.isEnded).to.equal(false);
    });

    it('asks nothing before HELLO', async () => {
      start({}, { pingEveryMs: 100, handshakeMsMax: 5_000 });
      const peer = MemoryPeer.connect(memory.server);
      await peer.send(PREFACE_HEX);
      await memory.environment.advance(4_000);
      expect(peer.framesOf(7)).to.deep.equal([]);
    });
  });
});
