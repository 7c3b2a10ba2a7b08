import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import type { RpcError } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { MemoryPeer } from '../support/memory-peer';
import { MemoryProbe, type MemoryProbeOptions } from '../support/memory-probe';
import { failureOf, watch } from '../support/outcome';
import { ECHO_CALL, ECHO_CALL_3, HOLD_CALL } from '../support/probe-frames';
import { Note, note, type ProbeHandlers } from '../support/probe-service';
import { clientOpening } from '../support/raw-frames';

const GOAWAY_ERROR = '0000000a 00000000 08 00 000e 0000 0000  00000001 00000000 0000';

describe('closing', () => {
  let memory: MemoryProbe;
  /** Lets every Hold call that runs end. */
  let release: () => void;
  /** Why the signals of Hold calls have fired. */
  let aborts: unknown[];
  afterEach(() => memory.stop());

  function start(options: MemoryProbeOptions = {}): void {
    const releases: (() => void)[] = [];
    aborts = [];
    release = () => releases.forEach((one) => one());
    const hold: ProbeHandlers['hold'] = (request, { signal }) => {
      signal.addEventListener('abort', () => aborts.push(signal.reason));
      return new Promise((resolve) => releases.push(() => resolve(request)));
    };
    memory = new MemoryProbe({ handlers: { hold }, ...options });
  }

  /** A raw client of the same server, whose HELLO has been read. */
  async function guest(): Promise<MemoryPeer> {
    const peer = MemoryPeer.connect(memory.server);
    await peer.send(clientOpening());
    return peer;
  }

  describe('a server', () => {
    it('ends at once when it has no connections', async () => {
      start();
      const closed = watch(memory.server.close());
      await settle();
      expect(closed.isOver).to.equal(true);
    });

    it('answers what runs, and ends then', async () => {
      start();
      const call = watch(memory.probe.hold(note('a')));
      await settle();
      const closed = watch(memory.server.close());
      await settle();
      const wasClosed = closed.isOver;
      release();
      await settle();
      expect([wasClosed, call.value?.text, closed.isOver]).to.deep.equal([false, 'a', true]);
    });

    it('sends GOAWAY(0) with the highest last stream and its time', async () => {
      start();
      const peer = await guest();
      await peer.send(HOLD_CALL);
      void memory.server.close({ drainMs: 1_234 });
      await settle();
      const [goaway] = peer.framesOf(8);
      expect([goaway?.code, goaway?.payload.toString('hex')]).to.deep.equal([
        0,
        '7fffffff' + '000004d2' + '0000',
      ]);
    });

    it('takes calls that were on their way', async () => {
      start();
      const peer = await guest();
      await peer.send(HOLD_CALL);
      void memory.server.close();
      await settle();
      await peer.send(ECHO_CALL_3);
      expect(peer.framesOf(4).map(({ code, stream }) => [code, stream])).to.deep.equal([[0, 3]]);
    });

    it('ends what still runs by UNAVAILABLE when its time is over', async () => {
      start();
      const call = watch(memory.probe.hold(note('a')));
      await settle();
      const closed = watch(memory.server.close({ drainMs: 500 }));
      await memory.environment.advance(499);
      const wasOver = call.isOver;
      await memory.environment.advance(1);
      expect([wasOver, call.error?.code, call.error?.isLocal, closed.isOver]).to.deep.equal([
        false,
        14,
        false,
        true,
      ]);
    });

    it('fires the signals of the handlers then', async () => {
      start();
      watch(memory.probe.hold(note('a')));
      await settle();
      void memory.server.close({ drainMs: 500 });
      await memory.environment.advance(500);
      expect(aborts.map((reason) => (reason as RpcError).code)).to.deep.equal([14]);
    });

    it('sends END only once when a handler ends after that', async () => {
      start();
      const peer = await guest();
      await peer.send(HOLD_CALL);
      void memory.server.close({ drainMs: 500 });
      await memory.environment.advance(500);
      release();
      await settle();
      expect(peer.framesOf(4)).to.have.length(1);
    });

    it('ends half a long reply by UNAVAILABLE when its time is over', async () => {
      start({ handlers: { echo: () => Note.create({ blob: Buffer.alloc(1_000_000) }) } });
      const peer = await guest();
      await peer.send(ECHO_CALL);
      void memory.server.close({ drainMs: 500 });
      await memory.environment.advance(500);
      expect(peer.framesOf(4).map(({ code }) => code)).to.deep.equal([14]);
    });

    it('destroys a connection whose client does not leave', async () => {
      start();
      const peer = await guest();
      const closed = watch(memory.server.close({ drainMs: 500 }));
      await memory.environment.advance(500);
      const wasClosed = closed.isOver;
      await memory.environment.advance(1_000);
      expect([wasClosed, peer.isEnded, closed.isOver]).to.deep.equal([false, true, true]);
    });

    it('closes a connection whose HELLO has not come', async () => {
      start();
      MemoryPeer.connect(memory.server);
      const closed = watch(memory.server.close());
      await settle();
      expect(closed.isOver).to.equal(true);
    });

    it('refuses connections that come meanwhile', async () => {
      start();
      watch(memory.probe.hold(note('a')));
      await settle();
      void memory.server.close();
      const peer = MemoryPeer.connect(memory.server);
      await settle();
      expect(peer.isEnded).to.equal(true);
    });

    it('gives the same promise to who closes it twice', async () => {
      start();
      expect(memory.server.close()).to.equal(memory.server.close());
      await settle();
    });

    it('may be closed by a handler, whose answer is sent first', async () => {
      const handlers: Partial<ProbeHandlers> = {
        echo: (request) => {
          void memory.server.close();
          return request;
        },
      };
      start({ handlers });
      expect((await memory.probe.echo(note('last words'))).text).to.equal('last words');
    });
  });

  describe('a channel', () => {
    it('ends when its calls have ended', async () => {
      start();
      const call = watch(memory.probe.hold(note('a')));
      await settle();
      const closed = watch(memory.channel.close());
      await settle();
      const wasClosed = closed.isOver;
      release();
      await settle();
      expect([wasClosed, call.value?.text, closed.isOver]).to.deep.equal([false, 'a', true]);
    });

    it('refuses new calls at once, not processed', async () => {
      start();
      void memory.channel.close();
      const { code, text, mayHaveActed } = await failureOf(memory.probe.echo(note('')));
      expect([code, text, mayHaveActed]).to.deep.equal([14, 'the channel was closed', false]);
    });

    it('refuses calls that wait', async () => {
      start({ channel: { dial: () => new Promise(() => undefined) } });
      const call = failureOf(memory.probe.echo(note('')));
      void memory.channel.close();
      expect((await call).text).to.equal('the channel was closed');
    });

    it('gives up dialling', async () => {
      const signals: AbortSignal[] = [];
      const dial = (_address: unknown, signal: AbortSignal): Promise<never> => {
        signals.push(signal);
        return new Promise(() => undefined);
      };
      start({ channel: { dial } });
      watch(memory.probe.echo(note('')));
      await memory.channel.close();
      expect(signals.map(({ aborted }) => aborted)).to.deep.equal([true]);
    });

    it('ends at once when it never connected', async () => {
      start();
      await memory.channel.close();
      expect(memory.pairs).to.have.length(0);
    });

    it('gives the same promise to who closes it twice', async () => {
      start();
      await memory.probe.echo(note(''));
      expect(memory.channel.close()).to.equal(memory.channel.close());
      await settle();
    });

    it('ends with its last call also when that is cancelled', async () => {
      start();
      const controller = new AbortController();
      watch(memory.probe.hold(note('a'), controller));
      await settle();
      const closed = watch(memory.channel.close());
      controller.abort();
      await settle();
      const wasClosed = closed.isOver;
      release();
      await settle();
      expect([wasClosed, closed.isOver]).to.deep.equal([false, true]);
    });

    it('leaves nothing behind: no timer, no connection', async () => {
      start();
      await memory.probe.echo(note(''), { timeoutMs: 1_000 });
      await memory.channel.close();
      await memory.server.close();
      expect(memory.environment.timersPending).to.equal(0);
    });
  });

  describe('by GOAWAY with an error', () => {
    it('fires the signals of the handlers at a server', async () => {
      start();
      const peer = await guest();
      await peer.send(HOLD_CALL);
      await peer.send(GOAWAY_ERROR);
      expect(aborts.map((reason) => (reason as RpcError).code)).to.deep.equal([14]);
    });

    it('ends the connection without an END', async () => {
      start();
      const peer = await guest();
      await peer.send(HOLD_CALL);
      await peer.send(GOAWAY_ERROR);
      expect([peer.framesOf(4).length, peer.isEnded]).to.deep.equal([0, true]);
    });

    it('makes a server read nothing more', async () => {
      let handled = 0;
      start({ handlers: { echo: () => note(String(handled++)) } });
      const peer = await guest();
      await peer.send(`${GOAWAY_ERROR} ${ECHO_CALL}`);
      expect([handled, peer.framesOf(4)]).to.deep.equal([0, []]);
    });
  });

  it('fires the signals of the handlers when the connection is lost', async () => {
    start();
    watch(memory.probe.hold(note('a')));
    await settle();
    memory.clientEnd.cut();
    await settle();
    expect(aborts.map((reason) => (reason as RpcError).code)).to.deep.equal([14]);
  });

  it('fires them when the client ends its half', async () => {
    start();
    const peer = await guest();
    await peer.send(HOLD_CALL);
    peer.transport.endWrite();
    await settle();
    expect(aborts.map((reason) => (reason as RpcError).code)).to.deep.equal([14]);
  });

  it('ignores GOAWAY(0) of a client', async () => {
    start();
    const peer = await guest();
    await peer.send(GOAWAY_ERROR.replace('000e', '0000'));
    await peer.send(ECHO_CALL);
    expect(peer.framesOf(4)).to.have.length(1);
  });

  it('turns away a client over connectionsMax, with the reason', async () => {
    start({ serverLimits: { connectionsMax: 1 } });
    await memory.probe.echo(note(''));
    const peer = MemoryPeer.connect(memory.server);
    await settle();
    expect([peer.frames[0]?.type, peer.goaways]).to.deep.equal([
      8,
      [{ code: 8, lastStream: 0, text: '1 connections are open' }],
    ]);
  });
});
