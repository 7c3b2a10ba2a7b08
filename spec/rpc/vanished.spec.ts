import { expect } from 'chai';
import {
  Channel,
  client,
  Server,
  type Address,
  type Client,
  type Limits,
  type ResolverSink,
  type Transport,
} from '../../src/rpc/index';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { Flow, plainFlow } from '../support/flow-service';
import { MemoryTransport } from '../support/memory-pair';
import { watch } from '../support/outcome';
import { note } from '../support/probe-service';
import { parseFrames } from '../support/raw-frames';

const REPLY = 0x10;
const at = (port: number): Address => ({ host: 'memory', port });

describe('a server that vanishes without a word', () => {
  let environment: FakeEnvironment;
  let server: Server;
  let channel: Channel;
  let flow: Client<typeof Flow>;
  let sink: ResolverSink;
  /** The server's end of each connection. */
  let ends: MemoryTransport[];
  let dialled: number[];
  /** Ports that nothing comes back from. */
  let silent: Set<number>;
  let answerAll: () => void;

  function start(limits: Partial<Limits> = {}, connectTimeoutMs = 5_000): void {
    environment = new FakeEnvironment();
    ends = [];
    dialled = [];
    silent = new Set();
    const waiting: (() => void)[] = [];
    answerAll = () => waiting.splice(0).forEach((answer) => answer());
    // It asks nothing by itself: all PINGs are the client's.
    server = new Server({ environment, limits: { pingEveryMs: 0x7fff_ffff } });
    const look = (request: ReturnType<typeof note>) =>
      request.text === 'hold'
        ? new Promise<typeof request>((resolve) => waiting.push(() => resolve(request)))
        : request;
    server.add(Flow, { ...plainFlow, look, ask: look });
    const dial = ({ port }: Address): Promise<Transport> => {
      dialled.push(port);
      if (silent.has(port)) return new Promise(() => undefined);
      const pair = MemoryTransport.pair({ records: true });
      ends.push(pair[1]);
      server.accept(pair[1]);
      return Promise.resolve(pair[0]);
    };
    const resolver = {
      start(given: ResolverSink) {
        sink = given;
        sink.onAddresses([at(1)]);
        return () => undefined;
      },
    };
    const options = { environment, dial, limits, connectTimeoutMs, retry: {} };
    channel = new Channel('the servers', resolver, options);
    flow = client(Flow, channel);
  }

  afterEach(async () => {
    answerAll();
    const closing = [channel.close(), server.close({ drainMs: 1 })];
    await environment.advance(20_000);
    for (const end of ends) end.cut();
    await Promise.all(closing);
  });

  /** A call is in progress there, the server vanishes, and who knows of servers says so. */
  async function vanish(method: 'ask' | 'look'): Promise<ReturnType<typeof watch>> {
    const call = watch(flow[method](note('hold'), { timeoutMs: 20_000 }));
    await settle();
    ends[0]!.stall();
    sink.onAddresses([at(2)]);
    await settle();
    return call;
  }

  /** PINGs that the first server has got: those that ask. */
  function asked(): number {
    const bytes = Buffer.concat(ends[0]!.received).subarray(8);
    return parseFrames(bytes).filter(({ type, flags }) => type === 7 && (flags & REPLY) === 0)
      .length;
  }

  it('is asked for a sign of life as soon as its address is gone', async () => {
    start();
    watch(flow.ask(note('hold')));
    await settle();
    const before = asked();
    sink.onAddresses([at(2)]);
    await settle();
    expect([before, asked()]).to.deep.equal([0, 1]);
  });

  it('loses its calls when there is none for 2 s', async () => {
    start();
    const call = await vanish('ask');
    await environment.advance(1_999);
    const wasOver = call.isOver;
    await environment.advance(1);
    expect([wasOver, call.error?.code, call.error?.text]).to.deep.equal([
      false,
      14,
      'the peer has been silent for too long',
    ]);
  });

  it('loses them sooner when pings are to be answered sooner', async () => {
    start({ pingAnswerMsMax: 500 });
    const call = await vanish('ask');
    await environment.advance(500);
    expect(call.error?.code).to.equal(14);
  });

  it('has those made again elsewhere that may be', async () => {
    start();
    const call = await vanish('look');
    await environment.advance(3_000);
    answerAll();
    await settle();
    expect([call.error, call.isOver, dialled]).to.deep.equal([undefined, true, [1, 2]]);
  });

  it('keeps them when it answers: it has left, and ends them', async () => {
    start();
    const call = watch(flow.ask(note('hold')));
    await settle();
    sink.onAddresses([at(2)]);
    await environment.advance(60_000);
    const wasOver = call.isOver;
    answerAll();
    await settle();
    expect([wasOver, call.error]).to.deep.equal([false, undefined]);
  });

  it('is not asked twice within the time that it allows', async () => {
    start({ pingEveryMs: 10_000, pingAnswerMsMax: 8_000 });
    watch(flow.ask(note('hold')));
    await environment.advance(10_001);
    const before = asked();
    sink.onAddresses([at(2)]);
    await environment.advance(9_000);
    expect([before, asked()]).to.deep.equal([1, 1]);
  });

  it('is dialled for 5 s at most, and then again', async () => {
    start({}, 10_000);
    silent.add(1);
    watch(flow.ask(note(''), { waitForReady: true }));
    await environment.advance(4_999);
    const before = dialled.length;
    await environment.advance(200);
    expect([before, dialled.length]).to.deep.equal([1, 2]);
  });

  it('is said to be unreachable', async () => {
    start({}, 10_000);
    silent.add(1);
    const call = watch(flow.ask(note('')));
    await environment.advance(5_000);
    expect(call.error?.text).to.equal('cannot reach the servers: no connection within 5000 ms');
  });
});
