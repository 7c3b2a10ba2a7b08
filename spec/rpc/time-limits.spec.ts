import { Buffer } from 'node:buffer';
import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import type { CallContext, RpcError } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { MemoryProbe, type MemoryProbeOptions } from '../support/memory-probe';
import { failureOf, watch } from '../support/outcome';
import { Note, note, type ProbeHandlers } from '../support/probe-service';
import { parseFrames, type RawFrame } from '../support/raw-frames';

describe('giving up a call', () => {
  let memory: MemoryProbe;
  /** The contexts of the Hold calls that have begun, in order. */
  let held: CallContext[];
  /** Lets the Hold calls that run end by this reply. */
  let release: (reply: Note) => void;
  afterEach(() => memory.stop());

  function start(options: MemoryProbeOptions = {}): void {
    held = [];
    const releases: ((reply: Note) => void)[] = [];
    release = (reply) => releases.forEach((one) => one(reply));
    const handlers: Partial<ProbeHandlers> = {
      hold: (_request, context) => {
        held.push(context);
        return new Promise((resolve) => releases.push(resolve));
      },
    };
    memory = new MemoryProbe({ handlers, pair: { records: true }, ...options });
  }

  function frames(end: 'clientEnd' | 'serverEnd', type: number): RawFrame[] {
    const bytes = Buffer.concat(memory[end].received).subarray(8);
    return parseFrames(bytes).filter((frame) => frame.type === type);
  }

  describe('by a time limit', () => {
    it('fails with DEADLINE_EXCEEDED when the limit passes, and not before', async () => {
      start();
      const outcome = watch(memory.probe.hold(note(''), { timeoutMs: 100 }));
      await memory.environment.advance(99);
      const wasOver = outcome.isOver;
      await memory.environment.advance(1);
      expect([wasOver, outcome.error?.code]).to.deep.equal([false, 4]);
    });

    it('says that the handler may have acted', async () => {
      start();
      const outcome = watch(memory.probe.hold(note(''), { timeoutMs: 100 }));
      await memory.environment.advance(100);
      expect([outcome.error?.mayHaveActed, outcome.error?.isLocal]).to.deep.equal([true, true]);
    });

    it('tells the server by CANCEL with the status', async () => {
      start();
      watch(memory.probe.hold(note(''), { timeoutMs: 100 }));
      await memory.environment.advance(100);
      expect(frames('serverEnd', 5).map(({ code }) => code)).to.deep.equal([4]);
    });

    it('is in the CALL as what is left, rounded up', async () => {
      start();
      await memory.probe.echo(note(''), { timeoutMs: 99.2 });
      expect(frames('serverEnd', 2)[0]!.payload.readUInt32BE(0)).to.equal(100);
    });

    it('is 0 in the CALL when there is none', async () => {
      start();
      await memory.probe.echo(note(''));
      expect(frames('serverEnd', 2)[0]!.payload.readUInt32BE(0)).to.equal(0);
    });

    it('counts from the call, not from the connection', async () => {
      start({ channel: { dial: () => new Promise(() => undefined) } });
      const outcome = watch(memory.probe.echo(note(''), { timeoutMs: 100, waitForReady: true }));
      await memory.environment.advance(100);
      expect([outcome.error?.code, outcome.error?.mayHaveActed]).to.deep.equal([4, false]);
    });

    it('sends nothing when no time is left', async () => {
      start();
      await memory.probe.echo(note(''));
      const { code, mayHaveActed } = await failureOf(memory.probe.echo(note(''), { timeoutMs: 0 }));
      expect([code, mayHaveActed, frames('serverEnd', 2).length]).to.deep.equal([4, false, 1]);
    });

    it('leaves no timer behind an answered call', async () => {
      start();
      await memory.probe.echo(note(''));
      const before = memory.environment.timersDueInMs;
      await memory.probe.echo(note(''), { timeoutMs: 77 });
      expect(memory.environment.timersDueInMs).to.deep.equal(before);
    });

    for (const timeoutMs of [-1, NaN, Infinity, 2 ** 31]) {
      it(`is refused when it is ${timeoutMs} ms`, async () => {
        start();
        let thrown: unknown;
        await memory.probe
          .echo(note(''), { timeoutMs })
          .catch((error: unknown) => (thrown = error));
        expect(thrown).to.be.instanceOf(RangeError);
      });
    }

    it('may be 2^31 - 1 ms', async () => {
      start();
      expect((await memory.probe.echo(note('a'), { timeoutMs: 2 ** 31 - 1 })).text).to.equal('a');
    });
  });

  describe('by a time limit at the server', () => {
    /** A call whose CANCEL does not come: only the server's own clock ends it. */
    async function deafClient(): Promise<void> {
      start({ serverLimits: { streamsMax: 1 } });
      watch(memory.probe.hold(note(''), { timeoutMs: 100 }));
      await settle();
      memory.serverEnd.stall();
      await memory.environment.advance(100);
    }

    it('fires the signal of the handler', async () => {
      await deafClient();
      expect((held[0]!.signal.reason as RpcError).code).to.equal(4);
    });

    it('sends no END while the handler runs', async () => {
      await deafClient();
      expect(frames('clientEnd', 4)).to.deep.equal([]);
    });

    it('sends END(DEADLINE_EXCEEDED) when the handler ends, whatever it returns', async () => {
      await deafClient();
      release(note('too late'));
      await settle();
      expect(frames('clientEnd', 4).map(({ code }) => code)).to.deep.equal([4]);
    });

    it('holds the slot while the handler runs', async () => {
      await deafClient();
      memory.serverEnd.goOn();
      const next = watch(memory.probe.echo(note('next')));
      await settle();
      const wasOver = next.isOver;
      release(note(''));
      await settle();
      expect([wasOver, next.isOver]).to.deep.equal([false, true]);
    });

    it('lets the handler see what is left', async () => {
      start();
      watch(memory.probe.hold(note(''), { timeoutMs: 100 }));
      await memory.environment.advance(40);
      expect(held[0]!.remainingMs()).to.equal(60);
    });

    it('lets the handler see that there is none', async () => {
      start();
      watch(memory.probe.hold(note('')));
      await settle();
      expect(held[0]!.remainingMs()).to.equal(undefined);
    });

    it('ends a call whose request has not come whole, at once', async () => {
      start({ pair: { capacityBytes: 70_000, records: true } });
      await memory.probe.echo(note(''));
      watch(memory.probe.echo(Note.create({ blob: Buffer.alloc(300_000) }), { timeoutMs: 100 }));
      await settle(3);
      memory.serverEnd.stall();
      await memory.environment.advance(100);
      expect(frames('clientEnd', 4).map(({ code }) => code)).to.deep.equal([0, 4]);
    });
  });

  describe('by a signal', () => {
    it('is refused at once when it has fired before', async () => {
      start();
      const { code, mayHaveActed } = await failureOf(
        memory.probe.echo(note(''), { signal: AbortSignal.abort() }),
      );
      expect([code, mayHaveActed, memory.pairs.length]).to.deep.equal([1, false, 0]);
    });

    it('fails with CANCELLED when it fires meanwhile', async () => {
      start();
      const controller = new AbortController();
      const outcome = watch(memory.probe.hold(note(''), controller));
      await settle();
      controller.abort(new Error('enough'));
      await settle();
      const { error } = outcome;
      expect([error?.code, error?.isLocal, (error?.cause as Error).message]).to.deep.equal([
        1,
        true,
        'enough',
      ]);
    });

    it('reaches the signal of the handler', async () => {
      start();
      const controller = new AbortController();
      watch(memory.probe.hold(note(''), controller));
      await settle();
      controller.abort();
      await settle();
      expect((held[0]!.signal.reason as RpcError).code).to.equal(1);
    });

    it('reaches a handler that asks for its signal later', async () => {
      start();
      const controller = new AbortController();
      watch(memory.probe.hold(note(''), controller));
      await settle();
      controller.abort();
      await settle();
      expect(held[0]!.signal.aborted).to.equal(true);
    });

    it('gets END(CANCELLED) when the handler ends, whatever it returns', async () => {
      start();
      const controller = new AbortController();
      watch(memory.probe.hold(note(''), controller));
      await settle();
      controller.abort();
      await settle();
      release(note('too late'));
      await settle();
      expect(frames('clientEnd', 4).map(({ code }) => code)).to.deep.equal([1]);
    });

    it('changes nothing when it fires after the answer', async () => {
      start();
      const controller = new AbortController();
      await memory.probe.echo(note(''), controller);
      controller.abort();
      await settle();
      expect(frames('serverEnd', 5)).to.deep.equal([]);
    });

    it('does not fire the signal of a handler that ends well', async () => {
      let signal: AbortSignal | undefined;
      start({
        handlers: {
          echo: (request, context) => {
            signal = context.signal;
            return request;
          },
        },
      });
      await memory.probe.echo(note(''), { timeoutMs: 50 });
      await memory.environment.advance(100);
      expect(signal?.aborted).to.equal(false);
    });

    it('loses to a time limit that has passed too', async () => {
      start();
      const controller = new AbortController();
      const outcome = watch(
        memory.probe.hold(note(''), { timeoutMs: 100, signal: controller.signal }),
      );
      await settle();
      memory.environment.turnTo(memory.environment.now() + 100);
      controller.abort();
      await settle();
      expect(outcome.error?.code).to.equal(4);
    });

    it('wins over a time limit that has not passed', async () => {
      start();
      const controller = new AbortController();
      const outcome = watch(
        memory.probe.hold(note(''), { timeoutMs: 100, signal: controller.signal }),
      );
      await settle();
      controller.abort();
      await settle();
      expect(outcome.error?.code).to.equal(1);
    });

    it('is listened to no longer than the call lasts', async () => {
      start();
      const { signal } = new AbortController();
      await memory.probe.echo(note(''), { signal });
      await failureOf(memory.probe.echo({ ...note(''), numbers: [-1] }, { signal }));
      expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
    });

    it('counts as a time limit when it is AbortSignal.timeout()', async () => {
      start();
      const outcome = watch(memory.probe.hold(note(''), { signal: AbortSignal.timeout(1) }));
      while (!outcome.isOver) await settle(1);
      expect(outcome.error?.code).to.equal(4);
    });

    it('may be shared by a thousand calls without a warning', async () => {
      start();
      const warnings: Error[] = [];
      const onWarning = (warning: Error): void => void warnings.push(warning);
      process.on('warning', onWarning);
      const controller = new AbortController();
      const calls = Array.from({ length: 1_000 }, () => memory.probe.echo(note(''), controller));
      await Promise.all(calls);
      await settle();
      process.off('warning', onWarning);
      expect(warnings).to.deep.equal([]);
    });

    it('sends one CANCEL when a time limit passes after it', async () => {
      start();
      const controller = new AbortController();
      watch(memory.probe.hold(note(''), { timeoutMs: 100, signal: controller.signal }));
      await settle();
      controller.abort();
      await memory.environment.advance(200);
      expect(frames('serverEnd', 5)).to.have.length(1);
    });
  });
});
