import { expect } from 'chai';
import { client, type CallContext, type Client, type RpcError } from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { Flow, textsOf, type FlowHandlers } from '../support/flow-service';
import { MemoryFlow } from '../support/memory-flow';
import { failureOf, watch } from '../support/outcome';
import { note } from '../support/probe-service';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const OTHER_TRACE = '00-11111111111111111111111111111111-2222222222222222-00';

/** What the inner server has seen of a call. */
interface Seen {
  readonly text: string;
  readonly remainingMs: number | undefined;
  readonly traceContext: string | undefined;
  readonly signal: AbortSignal;
}

describe('a call made inside a handler', () => {
  /** The server that is called by the handlers of `outer`. */
  let inner: MemoryFlow;
  let outer: MemoryFlow;
  let seen: Seen[];

  /** `handlers` of the outer server, given a client of the inner one. */
  function start(handlers: (flow: Client<typeof Flow>) => Partial<FlowHandlers>): void {
    seen = [];
    const look = ({ text }: { text: string }, context: CallContext): void => {
      const { traceContext, signal } = context;
      seen.push({ text, remainingMs: context.remainingMs(), traceContext, signal });
    };
    inner = new MemoryFlow({
      handlers: {
        ask: (request, context) => {
          look(request, context);
          return request.text === 'hold' ? new Promise(() => undefined) : request;
        },
        *count(request, context) {
          look(request, context);
          yield request;
        },
      },
    });
    outer = new MemoryFlow({
      handlers: handlers(inner.flow),
      server: { environment: inner.environment },
      channel: {},
    });
  }

  afterEach(async () => {
    await outer.stop();
    await inner.stop();
  });

  it('has what is left of the time limit', async () => {
    start((flow) => ({ ask: (request) => flow.ask(request) }));
    await outer.flow.ask(note('a'), { timeoutMs: 400 });
    expect(seen[0]!.remainingMs).to.equal(400);
  });

  it('has less when its handler has used some', async () => {
    start((flow) => ({
      ask: async (request) => {
        await inner.environment.advance(150);
        return flow.ask(request);
      },
    }));
    await outer.flow.ask(note('a'), { timeoutMs: 400 });
    expect(seen[0]!.remainingMs).to.equal(250);
  });

  it('keeps its own time limit when that is shorter', async () => {
    start((flow) => ({ ask: (request) => flow.ask(request, { timeoutMs: 30 }) }));
    await outer.flow.ask(note('a'), { timeoutMs: 400 });
    expect(seen[0]!.remainingMs).to.equal(30);
  });

  it('has no more than the parent when its own is longer', async () => {
    start((flow) => ({ ask: (request) => flow.ask(request, { timeoutMs: 9_000 }) }));
    await outer.flow.ask(note('a'), { timeoutMs: 400 });
    expect(seen[0]!.remainingMs).to.equal(400);
  });

  it('has none when the parent has none', async () => {
    start((flow) => ({ ask: (request) => flow.ask(request) }));
    await outer.flow.ask(note('a'));
    expect(seen[0]!.remainingMs).to.equal(undefined);
  });

  it('fails with DEADLINE_EXCEEDED when the limit passes', async () => {
    let failure: RpcError | undefined;
    start((flow) => ({
      ask: async (request) => {
        failure = await failureOf(flow.ask(request));
        throw failure;
      },
    }));
    watch(outer.flow.ask(note('hold'), { timeoutMs: 400 }));
    await settle();
    await inner.environment.advance(400);
    expect(failure?.code).to.equal(4);
  });

  it('is cancelled with its parent, and so is the inner handler', async () => {
    start((flow) => ({ ask: (request) => flow.ask(request) }));
    const controller = new AbortController();
    watch(outer.flow.ask(note('hold'), controller));
    await settle();
    controller.abort();
    await settle();
    expect((seen[0]!.signal.reason as RpcError).code).to.equal(1);
  });

  it('is not made when its parent was cancelled before', async () => {
    let failure: RpcError | undefined;
    let goOn: () => void = () => undefined;
    start((flow) => ({
      ask: async (request) => {
        await new Promise<void>((resolve) => (goOn = resolve));
        failure = await failureOf(flow.ask(request));
        return request;
      },
    }));
    const controller = new AbortController();
    watch(outer.flow.ask(note('a'), controller));
    await settle();
    controller.abort();
    await settle();
    goOn();
    await settle();
    expect([failure?.code, failure?.mayHaveActed, seen]).to.deep.equal([1, false, []]);
  });

  it('has the trace context', async () => {
    start((flow) => ({ ask: (request) => flow.ask(request) }));
    await outer.flow.ask(note('a'), { traceContext: TRACE });
    expect(seen[0]!.traceContext).to.equal(TRACE);
  });

  it('keeps a trace context of its own', async () => {
    start((flow) => ({ ask: (request) => flow.ask(request, { traceContext: OTHER_TRACE }) }));
    await outer.flow.ask(note('a'), { traceContext: TRACE });
    expect(seen[0]!.traceContext).to.equal(OTHER_TRACE);
  });

  it('inherits behind every await', async () => {
    start((flow) => ({
      ask: async (request) => {
        await flow.ask(note('first'));
        await settle(2);
        return flow.ask(request);
      },
    }));
    await outer.flow.ask(note('a'), { traceContext: TRACE });
    expect(seen.map(({ traceContext }) => traceContext)).to.deep.equal([TRACE, TRACE]);
  });

  it('inherits inside a generator, before and after what it yields', async () => {
    start((flow) => ({
      async *count(request) {
        yield await flow.ask(request);
        yield await flow.ask(request);
        yield* flow.count(request);
      },
    }));
    await textsOf(outer.flow.count(note('a'), { traceContext: TRACE }));
    expect(seen.map(({ traceContext }) => traceContext)).to.deep.equal([TRACE, TRACE, TRACE]);
  });

  it('inherits inside a plain generator, behind a message that waited for credit', async () => {
    const calls: Promise<unknown>[] = [];
    start((flow) => ({
      *count(request) {
        for (let at = 0; at < 10; at++) {
          calls.push(flow.ask(request));
          yield { ...request, blob: new Uint8Array(60_000) };
        }
      },
    }));
    await textsOf(outer.flow.count(note('a'), { traceContext: TRACE }));
    await Promise.all(calls);
    expect(seen.filter(({ traceContext }) => traceContext === TRACE)).to.have.length(10);
  });

  it('inherits inside a loop over requests', async () => {
    start((flow) => ({
      async *chat(requests) {
        for await (const request of requests) yield await flow.ask(request);
      },
    }));
    const call = outer.flow.chat({ traceContext: TRACE });
    await call.send(note('a'));
    await call.next();
    await call.send(note('b'));
    call.end();
    await textsOf(call);
    expect(seen.map(({ traceContext }) => traceContext)).to.deep.equal([TRACE, TRACE]);
  });

  it('inherits nothing of a call that runs beside it', async () => {
    start((flow) => ({
      ask: async (request) => {
        await settle(request.text === 'a' ? 3 : 1);
        return flow.ask(request);
      },
    }));
    await Promise.all([
      outer.flow.ask(note('a'), { traceContext: TRACE, timeoutMs: 100 }),
      outer.flow.ask(note('b'), { traceContext: OTHER_TRACE }),
      outer.flow.ask(note('c')),
    ]);
    const found = seen.map((one) => `${one.text} ${one.traceContext} ${one.remainingMs}`).sort();
    expect(found).to.deep.equal([
      `a ${TRACE} 100`,
      `b ${OTHER_TRACE} undefined`,
      'c undefined undefined',
    ]);
  });

  it('does not end its sibling when its own signal fires', async () => {
    const controller = new AbortController();
    start((flow) => ({
      ask: async (request) => {
        const given = failureOf(flow.ask(note('hold'), controller));
        controller.abort();
        await given;
        return flow.ask(request);
      },
    }));
    expect((await outer.flow.ask(note('a'))).text).to.equal('a');
  });

  it('inherits nothing from who connected the channel first', async () => {
    start((flow) => ({ ask: (request) => flow.ask(request) }));
    await outer.flow.ask(note('a'), { traceContext: TRACE, timeoutMs: 50 });
    await inner.flow.ask(note('b'));
    expect([seen[1]!.traceContext, seen[1]!.remainingMs]).to.deep.equal([undefined, undefined]);
  });

  it('inherits nothing in the callbacks of a call made outside', async () => {
    start((flow) => ({ ask: (request) => flow.ask(request) }));
    // The connection to the inner server is made by a handler with a trace context.
    await outer.flow.ask(note('a'), { traceContext: TRACE });
    const calls: Promise<unknown>[] = [];
    await inner.flow.ask(note('b'), {
      onTrailers: () => calls.push(client(Flow, inner.channel).ask(note('c'))),
    });
    await Promise.all(calls);
    expect(seen.map(({ traceContext }) => traceContext)).to.deep.equal([
      TRACE,
      undefined,
      undefined,
    ]);
  });

  it('leaves no listener at its parent when it has ended', async () => {
    let listeners = 0;
    start((flow) => ({
      ask: async (request, { signal }) => {
        const add = signal.addEventListener.bind(signal);
        const remove = signal.removeEventListener.bind(signal);
        signal.addEventListener = (...args: Parameters<typeof add>) => {
          listeners++;
          add(...args);
        };
        signal.removeEventListener = (...args: Parameters<typeof remove>) => {
          listeners--;
          remove(...args);
        };
        for (let at = 0; at < 20; at++) await flow.ask(request);
        return request;
      },
    }));
    await outer.flow.ask(note('a'));
    expect(listeners).to.equal(0);
  });
});
