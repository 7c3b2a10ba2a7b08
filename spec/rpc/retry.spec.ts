import { expect } from 'chai';
import { RpcError, StatusCode, type RetryPolicy, type RpcErrorInit } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import type { FlowHandlers } from '../support/flow-service';
import { MemoryFlow, type MemoryFlowOptions } from '../support/memory-flow';
import { failureOf, watch } from '../support/outcome';
import { note } from '../support/probe-service';

describe('retries', () => {
  let memory: MemoryFlow;
  /** When each try came to the handler, from the first on. */
  let triedAtMs: number[];
  afterEach(() => memory.stop());

  /** The first `failures` tries of Look and Ask fail. */
  function start(
    failures: number,
    retry: RetryPolicy = {},
    code = StatusCode.UNAVAILABLE,
    init: RpcErrorInit = {},
    options: MemoryFlowOptions = {},
  ): void {
    triedAtMs = [];
    let firstMs: number | undefined;
    const handler: FlowHandlers['look'] = (request) => {
      const nowMs = memory.environment.now();
      firstMs ??= nowMs;
      triedAtMs.push(nowMs - firstMs);
      if (triedAtMs.length <= failures) throw new RpcError(code, 'not now', init);
      return request;
    };
    const handlers = { look: handler, ask: handler };
    memory = new MemoryFlow({ handlers, ...options, channel: { retry, ...options.channel } });
  }

  /** The option ATTEMPT (tag 3, one byte) of each CALL, 0 when it has none. */
  function attempts(): number[] {
    return memory.frames('serverEnd', 2).map(({ payload }) => {
      const at = payload.indexOf(Buffer.from([3, 0, 1]), 6);
      return at === 6 ? payload[at + 3]! : 0;
    });
  }

  it('are made of an idempotent method until it is answered', async () => {
    start(2);
    const outcome = watch(memory.flow.look(note('a')));
    await memory.environment.advance(1_000);
    expect([outcome.value?.text, triedAtMs.length]).to.deep.equal(['a', 3]);
  });

  it('wait 50 ms, then twice as long each time', async () => {
    start(3);
    watch(memory.flow.look(note('a')));
    await memory.environment.advance(1_000);
    expect(triedAtMs).to.deep.equal([0, 50, 150, 350]);
  });

  it('wait no longer than delayMsMax', async () => {
    start(3, { firstDelayMs: 100, delayMsMax: 120 });
    watch(memory.flow.look(note('a')));
    await memory.environment.advance(1_000);
    expect(triedAtMs).to.deep.equal([0, 100, 220, 340]);
  });

  for (const [random, delayMs] of [
    [0, 40],
    [1, 60],
  ] as const) {
    it(`wait ${delayMs} ms when chance is ${random}`, async () => {
      start(1);
      memory.environment.random = () => random;
      watch(memory.flow.look(note('a')));
      await memory.environment.advance(1_000);
      expect(triedAtMs.map(Math.round)).to.deep.equal([0, delayMs]);
    });
  }

  it('end after four tries, by the last error', async () => {
    start(9);
    const outcome = watch(memory.flow.look(note('a')));
    await memory.environment.advance(10_000);
    expect([outcome.error?.text, triedAtMs.length]).to.deep.equal(['not now', 4]);
  });

  it('end after attemptsMax tries', async () => {
    start(9, { attemptsMax: 2 });
    watch(memory.flow.look(note('a')));
    await memory.environment.advance(10_000);
    expect(triedAtMs).to.have.length(2);
  });

  it('tell the server how often it was tried before', async () => {
    start(2);
    watch(memory.flow.look(note('a')));
    await memory.environment.advance(1_000);
    expect(attempts()).to.deep.equal([0, 1, 2]);
  });

  it('are not made of a method that is not idempotent', async () => {
    start(1);
    const { code } = await failureOf(memory.flow.ask(note('a')));
    expect([code, triedAtMs.length]).to.deep.equal([14, 1]);
  });

  it('are not made for another status', async () => {
    start(1, {}, StatusCode.ABORTED);
    const { code } = await failureOf(memory.flow.look(note('a')));
    expect([code, triedAtMs.length]).to.deep.equal([10, 1]);
  });

  it('are not made without a policy', async () => {
    const failing: FlowHandlers['look'] = () => {
      throw new RpcError(StatusCode.UNAVAILABLE, '');
    };
    memory = new MemoryFlow({ handlers: { look: failing } });
    await failureOf(memory.flow.look(note('a')));
    expect(memory.frames('serverEnd', 2)).to.have.length(1);
  });

  it('are made after a lost connection', async () => {
    const looks: (() => void)[] = [];
    const slow: FlowHandlers['look'] = (request) =>
      new Promise((resolve) => looks.push(() => resolve(request)));
    memory = new MemoryFlow({ handlers: { look: slow }, channel: { retry: {} } });
    const outcome = watch(memory.flow.look(note('a'), { waitForReady: true }));
    await settle();
    memory.clientEnd.cut();
    await memory.environment.advance(1_000);
    looks.at(-1)!();
    await settle();
    expect([outcome.value?.text, memory.pairs.length]).to.deep.equal(['a', 2]);
  });

  describe('that the server pushes back', () => {
    it('wait as long as it asks', async () => {
      start(1, {}, StatusCode.UNAVAILABLE, { retryAfterMs: 700 });
      watch(memory.flow.look(note('a')));
      await memory.environment.advance(1_000);
      expect(triedAtMs).to.deep.equal([0, 700]);
    });

    it('are not made when that is beyond the time limit', async () => {
      start(1, {}, StatusCode.UNAVAILABLE, { retryAfterMs: 700 });
      const { code, retryAfterMs } = await failureOf(
        memory.flow.look(note('a'), { timeoutMs: 600 }),
      );
      expect([code, retryAfterMs, triedAtMs.length]).to.deep.equal([14, 700, 1]);
    });

    it('are not made at once when it asks for more than a timer can wait', async () => {
      start(1, {}, StatusCode.UNAVAILABLE, { retryAfterMs: 0xffff_ffff });
      const outcome = watch(memory.flow.look(note('a')));
      await settle();
      expect([outcome.error?.retryAfterMs, triedAtMs.length]).to.deep.equal([0xffff_ffff, 1]);
    });
  });

  describe('within a time limit', () => {
    it('share it: each try has what is left', async () => {
      start(2);
      watch(memory.flow.look(note('a'), { timeoutMs: 500 }));
      await memory.environment.advance(1_000);
      const limits = memory.frames('serverEnd', 2).map(({ payload }) => payload.readUInt32BE(0));
      expect(limits).to.deep.equal([500, 450, 350]);
    });

    it('end with the last error when there is no time for another', async () => {
      start(9, { attemptsMax: 100, tokensMax: 1_000 });
      const outcome = watch(memory.flow.look(note('a'), { timeoutMs: 300 }));
      await memory.environment.advance(300);
      expect([outcome.error?.code, triedAtMs]).to.deep.equal([14, [0, 50, 150]]);
    });
  });

  describe('that are given up while they wait', () => {
    it('end at once', async () => {
      start(1, { firstDelayMs: 10_000, delayMsMax: 10_000 });
      const controller = new AbortController();
      const outcome = watch(memory.flow.look(note('a'), controller));
      await settle();
      controller.abort();
      await settle();
      expect([outcome.isOver, triedAtMs.length]).to.deep.equal([true, 1]);
    });

    it('end with CANCELLED', async () => {
      start(1, { firstDelayMs: 10_000, delayMsMax: 10_000 });
      const controller = new AbortController();
      const outcome = watch(memory.flow.look(note('a'), controller));
      await settle();
      controller.abort();
      await settle();
      expect(outcome.error?.code).to.equal(1);
    });

    it('leave no timer behind', async () => {
      start(1, { firstDelayMs: 7_777, delayMsMax: 7_777 });
      const controller = new AbortController();
      watch(memory.flow.look(note('a'), controller));
      await settle();
      controller.abort();
      await settle();
      expect(memory.environment.timersDueInMs).not.to.include(7_777);
    });

    it('end with the call in whose handler they are made', async () => {
      start(9, { firstDelayMs: 10_000, delayMsMax: 10_000 });
      let failure: RpcError | undefined;
      const outer = new MemoryFlow({
        handlers: {
          ask: async (request) => {
            failure = await failureOf(memory.flow.look(request));
            throw failure;
          },
        },
      });
      const controller = new AbortController();
      watch(outer.flow.ask(note('a'), controller));
      await settle();
      controller.abort();
      await settle();
      const { code } = failure ?? {};
      await outer.stop();
      expect(code).to.equal(1);
    });
  });

  describe('of many calls', () => {
    /** How many tries come to the server for so many calls, one after the other. */
    async function triesOf(calls: number, retry: RetryPolicy): Promise<number> {
      start(Infinity, retry);
      for (let at = 0; at < calls; at++) {
        watch(memory.flow.look(note('a')));
        await memory.environment.advance(3_000);
      }
      return triedAtMs.length;
    }

    it('stop when half of the budget is used up', async () => {
      // The first call's four tries leave 6 of 10, and the second's first leaves 5.
      expect(await triesOf(20, {})).to.equal(20 + 3);
    });

    it('stop sooner with a smaller budget', async () => {
      expect(await triesOf(20, { tokensMax: 4 })).to.equal(20 + 1);
    });

    for (const [successes, tries] of [
      [15, 1],
      [25, 2],
    ] as const) {
      it(`are ${tries === 1 ? 'not yet ' : ''}made again after ${successes} successes`, async () => {
        let isDown = true;
        let tried = 0;
        const look: FlowHandlers['look'] = (request) => {
          tried++;
          if (isDown) throw new RpcError(StatusCode.UNAVAILABLE, '');
          return request;
        };
        memory = new MemoryFlow({
          handlers: { look },
          channel: { retry: { tokensMax: 4, attemptsMax: 2 } },
        });
        const callOnce = async (): Promise<void> => {
          watch(memory.flow.look(note('')));
          await memory.environment.advance(100);
        };
        // Three failures leave 1 of 4; each success gives 0.1 back, and more than 2 must be left.
        await callOnce();
        await callOnce();
        isDown = false;
        for (let at = 0; at < successes; at++) await callOnce();
        isDown = true;
        tried = 0;
        await callOnce();
        expect(tried).to.equal(tries);
      });
    }
  });
});
