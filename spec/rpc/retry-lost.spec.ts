import { expect } from 'chai';
import { RpcError, StatusCode, type RetryPolicy } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import type { FlowHandlers } from '../support/flow-service';
import { MemoryFlow } from '../support/memory-flow';
import { MemoryKeyed } from '../support/memory-keyed';
import { watch } from '../support/outcome';
import { note } from '../support/probe-service';

const refuse = () => {
  throw new RpcError(StatusCode.UNAVAILABLE, 'not now');
};

describe('retries until the time limit', () => {
  let memory: MemoryFlow | MemoryKeyed;
  afterEach(() => memory.stop());

  /** How many tries come of a Look. */
  async function triesOfLook(retry: RetryPolicy, timeoutMs?: number): Promise<number> {
    let tries = 0;
    const look: FlowHandlers['look'] = () => {
      tries++;
      return refuse();
    };
    const flow = new MemoryFlow({ handlers: { look }, channel: { retry } });
    memory = flow;
    watch(flow.flow.look(note('a'), timeoutMs === undefined ? {} : { timeoutMs }));
    await flow.environment.advance(60_000);
    return tries;
  }

  /** How many tries come of a Pay, which has no policy but its own. */
  async function triesOfPay(timeoutMs?: number): Promise<number> {
    let tries = 0;
    const keyed = new MemoryKeyed(() => {
      tries++;
      return refuse();
    });
    memory = keyed;
    watch(keyed.keyed.pay(note('a'), timeoutMs === undefined ? {} : { timeoutMs }));
    await keyed.environment.advance(60_000);
    return tries;
  }

  it('are made as long as it lasts, when the policy says so', async () => {
    // 50, 100, 200, 400, 800, 1 600 ms, and then every 2 s.
    expect(await triesOfLook({ untilDeadline: true, tokensMax: 1_000 }, 20_000)).to.equal(7 + 8);
  });

  it('are four without one', async () => {
    expect(await triesOfLook({ untilDeadline: true, tokensMax: 1_000 })).to.equal(4);
  });

  it('are four when the policy does not say so', async () => {
    expect(await triesOfLook({ tokensMax: 1_000 }, 20_000)).to.equal(4);
  });

  it('are made of a keyed method without a policy', async () => {
    expect(await triesOfPay(20_000)).to.equal(7 + 8);
  });

  it('of a keyed method are four without one', async () => {
    expect(await triesOfPay()).to.equal(4);
  });
});

describe('retries of calls that are lost together', () => {
  let memory: MemoryFlow;
  afterEach(() => memory.stop());

  it('are all made: one lost connection takes one of the budget', async () => {
    const waiting: (() => void)[] = [];
    const look: FlowHandlers['look'] = (request) =>
      new Promise((resolve) => waiting.push(() => resolve(request)));
    memory = new MemoryFlow({ handlers: { look }, channel: { retry: {} } });
    const calls = Array.from({ length: 100 }, () =>
      watch(memory.flow.look(note('a'), { waitForReady: true })),
    );
    await settle();
    memory.clientEnd.cut();
    await memory.environment.advance(1_000);
    for (const answer of waiting) answer();
    await settle();
    expect(calls.filter(({ value }) => value?.text === 'a')).to.have.length(100);
  });

  it('are not made when too many connections are lost', async () => {
    let tries = 0;
    const look: FlowHandlers['look'] = () => {
      tries++;
      memory.clientEnd.cut();
      return new Promise(() => undefined);
    };
    const retry = { tokensMax: 4, attemptsMax: 10 };
    memory = new MemoryFlow({ handlers: { look }, channel: { retry } });
    const call = watch(memory.flow.look(note('a'), { waitForReady: true }));
    await memory.environment.advance(30_000);
    expect([tries, call.error?.code]).to.deep.equal([2, 14]);
  });
});
