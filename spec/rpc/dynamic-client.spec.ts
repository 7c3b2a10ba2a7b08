import { inspect } from 'node:util';
import { expect } from 'chai';
import {
  describeServer,
  dynamicClient,
  RpcError,
  StatusCode,
  type DynamicClient,
  type DynamicMessage,
  type ServerInterceptor,
  type ServiceDesc,
} from '../../src/rpc/index';
import { Wallet } from '../../src/services/gen/wallet';
import { MemoryFlow, type MemoryFlowOptions } from '../support/memory-flow';
import { errorOf, failureOf } from '../support/outcome';

type FlowMethods = 'ask' | 'count' | 'collect' | 'chat' | 'look';

describe('dynamicClient', () => {
  let memory: MemoryFlow;
  afterEach(() => memory.stop());

  function learn(options: MemoryFlowOptions = {}): Promise<DynamicClient<FlowMethods>> {
    memory = new MemoryFlow(options);
    return dynamicClient<FlowMethods>(memory.channel, 'flow.Flow');
  }

  describe('makes calls', () => {
    it('with one request and one reply', async () => {
      const flow = await learn();
      const reply = await flow.ask({ text: 'a', numbers: [1, 2] });
      expect(reply).to.deep.equal({ text: 'a', blob: new Uint8Array(0), numbers: [1, 2] });
    });
    it('with many replies', async () => {
      const flow = await learn();
      expect(await texts(flow.count({ text: '3' }))).to.deep.equal(['0', '1', '2']);
    });
    it('with many requests', async () => {
      const flow = await learn();
      const call = flow.collect();
      for (const text of ['a', 'b']) await call.send({ text });
      expect((await call.finish()).text).to.equal('a,b');
    });
    it('with many of both', async () => {
      const flow = await learn();
      const call = flow.chat();
      await call.send({ text: 'a' });
      expect((await call.next()).value?.text).to.equal('a');
      await call.send({ text: 'b' });
      call.end();
      expect(await texts(call)).to.deep.equal(['b']);
    });
    it('with defaults for a request that is left out', async () => {
      const flow = await learn();
      expect((await flow.ask()).text).to.equal('');
    });
    it('with options', async () => {
      const flow = await learn({ handlers: { ask: () => new Promise(() => undefined) } });
      const call = failureOf(flow.ask({}, { timeoutMs: 10 }));
      await memory.environment.advance(20);
      expect((await call).code).to.equal(StatusCode.DEADLINE_EXCEEDED);
    });
    it('that end with the status that the server gives', async () => {
      const refusing = () => Promise.reject(new RpcError(StatusCode.NOT_FOUND, 'no such note'));
      const flow = await learn({ handlers: { ask: refusing } });
      const { code, text } = await failureOf(flow.ask({}));
      expect([code, text]).to.deep.equal([StatusCode.NOT_FOUND, 'no such note']);
    });
  });

  describe('finds a service', () => {
    const twins = ['a.Twin', 'b.Twin'].map((name, i): ServiceDesc => ({
      ...Wallet,
      name,
      id: 50 + i,
    }));
    async function failure(name: string): Promise<string> {
      memory = new MemoryFlow();
      for (const twin of twins) memory.server.add(twin, unused(twin));
      return (await failureOf(dynamicClient(memory.channel, name))).message;
    }
    it('by its short name', async () => {
      memory = new MemoryFlow();
      const flow = await dynamicClient<'ask'>(memory.channel, 'Flow');
      expect((await flow.ask({ text: 'a' })).text).to.equal('a');
    });
    it('but not by one that two have', async () => {
      expect(await failure('Twin')).to.equal(
        "INVALID_ARGUMENT: 'Twin' may be any of a.Twin, b.Twin",
      );
    });
    it('and says which it may have been', async () => {
      expect(await failure('Flaw')).to.equal(
        "NOT_FOUND: no service 'Flaw' is served; did you mean 'Flow'?",
      );
      await memory.stop();
      expect(await failure('flow.Flaw')).to.match(/did you mean 'flow.Flow'\?$/);
    });
    it('and says which there are', async () => {
      expect(await failure('Cash')).to.match(/; there are Builtin, Flow, Twin, Twin$/);
    });
    it('by its short name, where all services are more than a message holds', async () => {
      // What is told of all is longer than 4 KiB, what is told of Flow alone is not.
      memory = new MemoryFlow({ channel: { limits: { messageBytesMax: 4_096 } } });
      memory.server.add<ServiceDesc>(Wallet, unused(Wallet));
      const all = await failureOf(describeServer(memory.channel));
      expect(all.code).to.equal(StatusCode.RESOURCE_EXHAUSTED);
      const flow = await dynamicClient<'ask'>(memory.channel, 'Flow');
      expect((await flow.ask({ text: 'a' })).text).to.equal('a');
    });
    it('or says so there, too', async () => {
      memory = new MemoryFlow({ channel: { limits: { messageBytesMax: 4_096 } } });
      memory.server.add<ServiceDesc>(Wallet, unused(Wallet));
      expect((await failureOf(dynamicClient(memory.channel, 'Flaw'))).message).to.equal(
        "NOT_FOUND: no service 'Flaw' is served; did you mean 'Flow'?",
      );
    });
    it('by its short name, of a server that knows full names only', async () => {
      const onlyFull: ServerInterceptor = (input, { method }, next) => {
        const isShort = (input as { service?: string }).service === 'Flow';
        return isShort && method === 'fio.Builtin/Describe'
          ? Promise.reject(new RpcError(StatusCode.NOT_FOUND, ''))
          : next(input);
      };
      memory = new MemoryFlow({ server: { interceptors: [onlyFull] } });
      const flow = await dynamicClient<'ask'>(memory.channel, 'Flow');
      expect((await flow.ask({ text: 'a' })).text).to.equal('a');
    });
  });

  describe('tells mistakes before anything is sent', () => {
    const MISTAKES: [what: string, request: DynamicMessage, text: RegExp][] = [
      ['another type', { text: 7 }, /: text: string wanted, got number$/],
      ['null', { text: null }, /: text: string wanted, got null$/],
      ['no array', { numbers: 7 }, /: numbers: an array wanted, got number$/],
      ['a number that its type does not hold', { numbers: [-1] }, /: numbers: -1 is not a value/],
      ['a name that is none', { tekst: 'a' }, /no field 'tekst'; did you mean 'text'\?$/],
      ['a name of JavaScript', { constructor: 1 }, /has no field 'constructor'/],
    ];
    for (const [what, request, text] of MISTAKES) {
      it(what, async () => {
        const flow = await learn();
        const error = await failureOf(flow.ask(request));
        expect(error.code).to.equal(StatusCode.INVALID_ARGUMENT);
        expect(error.text).to.match(text);
        expect(error.mayHaveActed).to.equal(false);
      });
    }
    it('what is no object', async () => {
      const flow = await learn();
      const error = await failureOf(flow.ask([] as unknown as DynamicMessage));
      expect(error.text).to.match(/an object wanted \(probe\.Note\), got an array$/);
    });
    it('in a stream', async () => {
      const flow = await learn();
      const call = flow.collect();
      expect((await failureOf(call.send({ text: 7 }))).text).to.match(/text: string wanted/);
      call.cancel();
    });
  });

  it('tells of a method that is none, and which it may have been', async () => {
    const flow = (await learn()) as unknown as DynamicClient<'aks'>;
    const error = await errorOf(Promise.resolve().then(() => flow.aks()));
    expect(error).to.include({ code: StatusCode.UNIMPLEMENTED });
    expect(error?.message).to.match(/flow\.Flow has no method 'aks'; did you mean 'ask'\?$/);
  });
  it('is no promise, and can be looked at', async () => {
    const flow: object = await learn();
    expect([
      Reflect.get(flow, 'then'),
      Reflect.get(flow, Symbol.iterator),
      Reflect.get(flow, 'constructor'),
      JSON.stringify(flow),
      Object.keys(flow),
    ]).to.deep.equal([
      undefined,
      undefined,
      undefined,
      '{}',
      ['ask', 'count', 'collect', 'chat', 'look'],
    ]);
    expect(inspect(flow)).to.match(/ask: \[Function/);
  });
});

async function texts(replies: AsyncIterable<DynamicMessage>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { text } of replies) found.push(text);
  return found;
}

/** Handlers that nobody calls. */
function unused(service: ServiceDesc): Record<string, () => Promise<never>> {
  const refuse = () => Promise.reject(new Error('not called'));
  return Object.fromEntries(Object.keys(service.methods).map((name) => [name, refuse]));
}
