import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import {
  RpcError,
  StatusCode,
  type AnyStreamingCall,
  type CallOutcome,
  type ClientInterceptor,
  type ServerInterceptor,
} from '../../src/rpc/index';
import { settle } from '../support/fake-environment';
import { Flow, textsOf, type FlowHandlers } from '../support/flow-service';
import { MemoryFlow } from '../support/memory-flow';
import { failureOf, watch } from '../support/outcome';
import { note, type Note } from '../support/probe-service';

/** The texts that a call of each kind gives for 'a' (Count: for '2'). */
async function callAll({ flow }: MemoryFlow): Promise<string[]> {
  const texts = [(await flow.ask(note('a'))).text];
  texts.push((await textsOf(flow.count(note('2')))).join('+'));
  const collect = flow.collect();
  await collect.send(note('a'));
  texts.push((await collect.finish()).text);
  const chat = flow.chat();
  await chat.send(note('a'));
  chat.end();
  texts.push((await textsOf(chat)).join('+'));
  return texts;
}

describe('interceptors of a channel', () => {
  let memory: MemoryFlow;
  afterEach(() => memory.stop());

  function start(
    interceptors: readonly ClientInterceptor[],
    handlers: Partial<FlowHandlers> = {},
  ): void {
    memory = new MemoryFlow({ channel: { interceptors }, handlers });
  }

  it('are around a call in their order', async () => {
    const order: string[] = [];
    const around =
      (name: string): ClientInterceptor =>
      async (call, next): Promise<unknown> => {
        order.push(`${name} in`);
        const reply = await next(call);
        order.push(`${name} out`);
        return reply;
      };
    start([around('first'), around('second')]);
    await memory.flow.ask(note(''));
    expect(order).to.deep.equal(['first in', 'second in', 'second out', 'first out']);
  });

  it('may change the request', async () => {
    start([(call, next) => next({ ...call, request: note('changed') })]);
    expect((await memory.flow.ask(note('a'))).text).to.equal('changed');
  });

  it('may change the options', async () => {
    const metadata = [['x-tag', Buffer.from([7])]] as const;
    let seen = 0;
    start([(call, next) => next({ ...call, options: { ...call.options, metadata } })], {
      ask: (request, context) => {
        seen = context.metadata[0]![1][0]!;
        return request;
      },
    });
    await memory.flow.ask(note(''));
    expect(seen).to.equal(7);
  });

  it('may change the reply', async () => {
    start([async (call, next) => ({ ...((await next(call)) as Note), text: 'changed' })]);
    expect((await memory.flow.ask(note('a'))).text).to.equal('changed');
  });

  it('may answer themselves, without a connection', async () => {
    start([() => Promise.resolve(note('from a cache'))]);
    const { text } = await memory.flow.ask(note('a'));
    expect([text, memory.pairs.length]).to.deep.equal(['from a cache', 0]);
  });

  it('may make the call again', async () => {
    let calls = 0;
    start([(call, next) => Promise.resolve(next(call)).catch(() => next(call))], {
      ask: (request) => {
        if (++calls === 1) throw new RpcError(StatusCode.ABORTED, '');
        return request;
      },
    });
    expect([(await memory.flow.ask(note('a'))).text, calls]).to.deep.equal(['a', 2]);
  });

  it('may fail a call', async () => {
    start([() => Promise.reject(new RpcError(StatusCode.FAILED_PRECONDITION, 'not now'))]);
    expect((await failureOf(memory.flow.ask(note('')))).code).to.equal(9);
  });

  it('are around calls of all four kinds', async () => {
    const methods: string[] = [];
    start([
      (call, next) => {
        methods.push(call.method.name);
        return next(call);
      },
    ]);
    const texts = await callAll(memory);
    expect([methods, texts]).to.deep.equal([
      ['Ask', 'Count', 'Collect', 'Chat'],
      ['a', '0+1', 'a', 'a'],
    ]);
  });

  it('may watch what a stream brings', async () => {
    const seen: string[] = [];
    const spy: ClientInterceptor = (call, next): CallOutcome => {
      const stream = next(call) as AnyStreamingCall;
      const own = stream.next.bind(stream);
      stream.next = async () => {
        const result = await own();
        if (result.done !== true) seen.push((result.value as Note).text);
        return result;
      };
      return stream;
    };
    start([spy]);
    await textsOf(memory.flow.count(note('3')));
    expect(seen).to.deep.equal(['0', '1', '2']);
  });
});

describe('interceptors of a server', () => {
  let memory: MemoryFlow;
  afterEach(() => memory.stop());

  function start(
    interceptors: readonly ServerInterceptor[],
    handlers: Partial<FlowHandlers> = {},
  ): void {
    memory = new MemoryFlow({ server: { interceptors }, handlers });
  }

  it('are around a handler in their order', async () => {
    const order: string[] = [];
    const around =
      (name: string): ServerInterceptor =>
      async (input, _context, next) => {
        order.push(`${name} in`);
        const reply = await next(input);
        order.push(`${name} out`);
        return reply;
      };
    start([around('first'), around('second')]);
    await memory.flow.ask(note(''));
    expect(order).to.deep.equal(['first in', 'second in', 'second out', 'first out']);
  });

  it('may change the request', async () => {
    start([(_input, _context, next) => next(note('changed'))]);
    expect((await memory.flow.ask(note('a'))).text).to.equal('changed');
  });

  it('may answer themselves: the handler does not run', async () => {
    let runs = 0;
    start([() => note('from a cache')], {
      ask: (request) => {
        runs++;
        return request;
      },
    });
    const { text } = await memory.flow.ask(note('a'));
    expect([text, runs]).to.deep.equal(['from a cache', 0]);
  });

  it('may fail a call', async () => {
    start([
      () => {
        throw new RpcError(StatusCode.RESOURCE_EXHAUSTED, 'too often', { retryAfterMs: 70 });
      },
    ]);
    const { code, retryAfterMs } = await failureOf(memory.flow.ask(note('')));
    expect([code, retryAfterMs]).to.deep.equal([8, 70]);
  });

  it('are around calls of all four kinds', async () => {
    const methods: string[] = [];
    start([
      (input, { method }, next) => {
        methods.push(method);
        return next(input);
      },
    ]);
    const texts = await callAll(memory);
    expect([methods, texts]).to.deep.equal([
      ['flow.Flow/Ask', 'flow.Flow/Count', 'flow.Flow/Collect', 'flow.Flow/Chat'],
      ['a', '0+1', 'a', 'a'],
    ]);
  });

  it('may be async around all four kinds', async () => {
    start([
      async (input, _context, next) => {
        await settle(1);
        return next(input);
      },
    ]);
    expect(await callAll(memory)).to.deep.equal(['a', '0+1', 'a', 'a']);
  });

  it('may change the requests of a stream', async () => {
    async function* louder(notes: AsyncIterable<Note>): AsyncGenerator<Note> {
      for await (const { text } of notes) yield note(text.toUpperCase());
    }
    start([(input, _context, next) => next(louder(input as AsyncIterable<Note>))]);
    const call = memory.flow.collect();
    await call.send(note('a'));
    await call.send(note('b'));
    expect((await call.finish()).text).to.equal('A,B');
  });

  it('may change the replies of a stream', async () => {
    start([
      function* (input, _context, next) {
        for (const { text } of next(input) as Iterable<Note>) yield note(`${text}!`);
      },
    ]);
    expect(await textsOf(memory.flow.count(note('2')))).to.deep.equal(['0!', '1!']);
  });

  it('that reject around a stream fail it', async () => {
    start([() => Promise.reject(new RpcError(StatusCode.DATA_LOSS, ''))]);
    expect((await failureOf(memory.flow.count(note('1')).next())).code).to.equal(15);
  });

  it('do not run the handler of a call that was cancelled while they waited, if they look', async () => {
    let goOn: () => void = () => undefined;
    let runs = 0;
    start(
      [
        async (input, { signal }, next) => {
          await new Promise<void>((resolve) => (goOn = resolve));
          signal.throwIfAborted();
          return next(input);
        },
      ],
      {
        ask: (request) => {
          runs++;
          return request;
        },
      },
    );
    const controller = new AbortController();
    const outcome = watch(memory.flow.ask(note('a'), controller));
    await settle();
    controller.abort();
    await settle();
    goOn();
    await settle();
    expect([outcome.error?.code, runs]).to.deep.equal([1, 0]);
  });

  it('are not asked for a method that nobody serves', async () => {
    const methods: string[] = [];
    start([
      (input, { method }, next) => {
        methods.push(method);
        return next(input);
      },
    ]);
    const unknown = { name: 'x.Unknown', id: 99, methods: {} };
    const outcome = memory.channel.call(unknown, Flow.methods.ask, note(''));
    const { code } = await failureOf(outcome as Promise<unknown>);
    expect([code, methods]).to.deep.equal([12, []]);
  });
});
