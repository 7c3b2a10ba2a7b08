import { expect } from 'chai';
import {
  Channel,
  client,
  RpcError,
  Server,
  StatusCode,
  type Address,
  type ChannelOptions,
  type Client,
  type ResolverSink,
} from '../../src/rpc/index';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { Flow, plainFlow } from '../support/flow-service';
import { MemoryTransport } from '../support/memory-pair';
import { failureOf, watch } from '../support/outcome';
import { note } from '../support/probe-service';
import { parseFrames } from '../support/raw-frames';

const at = (port: number): Address => ({ host: 'memory', port });

describe('a channel to several servers', () => {
  let environment: FakeEnvironment;
  let channel: Channel;
  let flow: Client<typeof Flow>;
  let sink: ResolverSink;
  let isStopped: boolean;
  let servers: Map<number, Server>;
  /** Ports that cannot be dialled. */
  let down: Set<number>;
  let dialled: number[];
  let pairs: { port: number; pair: readonly [MemoryTransport, MemoryTransport] }[];
  /** Lets every Ask of 'hold' end. */
  let release: () => void;

  function start(ports: readonly number[], options: ChannelOptions = {}): void {
    environment = new FakeEnvironment();
    servers = new Map();
    down = new Set();
    dialled = [];
    pairs = [];
    isStopped = false;
    const releases: (() => void)[] = [];
    release = () => releases.splice(0).forEach((one) => one());
    for (const port of [1, 2, 3, 4]) {
      const server = new Server({ environment, log: () => undefined });
      server.add(Flow, {
        ...plainFlow,
        // Says who has answered.
        ask: ({ text }) => {
          const reply = note(String(port));
          if (text !== 'hold') return reply;
          return new Promise((resolve) => releases.push(() => resolve(reply)));
        },
      });
      servers.set(port, server);
    }
    const resolver = {
      start(given: ResolverSink) {
        sink = given;
        if (ports.length > 0) sink.onAddresses(ports.map(at));
        return () => (isStopped = true);
      },
    };
    const dial = ({ port }: Address): Promise<MemoryTransport> => {
      dialled.push(port);
      if (down.has(port)) return Promise.reject(new Error(`${port} is down`));
      const pair = MemoryTransport.pair({ records: true });
      pairs.push({ port, pair });
      servers.get(port)!.accept(pair[1]);
      return Promise.resolve(pair[0]);
    };
    channel = new Channel('the servers', resolver, { environment, dial, ...options });
    flow = client(Flow, channel);
  }

  afterEach(async () => {
    release();
    const closing = [channel.close(), ...[...servers.values()].map((one) => one.close())];
    await environment.advance(20_000);
    for (const { pair } of pairs) pair[0].cut();
    await Promise.all(closing);
  });

  /** Who answers so many calls, one after the other. */
  async function answers(count: number): Promise<string> {
    const texts: string[] = [];
    for (let i = 0; i < count; i++) texts.push((await flow.ask(note(''))).text);
    return texts.join('');
  }

  function cut(port: number): void {
    for (const one of pairs) if (one.port === port) one.pair[0].cut();
  }

  it('is answered by each in turn', async () => {
    start([1, 2, 3]);
    await answers(1);
    await settle();
    expect(await answers(6)).to.match(/^(123123|231231|312312)$/);
  });

  it('is answered by the others when one is down', async () => {
    start([1, 2, 3]);
    down.add(2);
    await answers(1);
    await settle();
    expect(await answers(6)).to.match(/^(131313|313131)$/);
  });

  it('fails with a reason when all are down', async () => {
    start([1, 2]);
    down.add(1).add(2);
    const { code, text } = await failureOf(flow.ask(note('')));
    expect([code, text]).to.deep.equal([14, 'cannot reach the servers: 1 is down']);
  });

  it('goes on with the others when a connection is lost', async () => {
    start([1, 2]);
    await answers(2);
    down.add(1);
    cut(1);
    await settle();
    expect(await answers(3)).to.equal('222');
  });

  it('comes back to a server that is up again, although the others have room', async () => {
    start([1, 2]);
    await answers(2);
    down.add(1);
    cut(1);
    await settle();
    await answers(2);
    down.delete(1);
    await environment.advance(10_000);
    await answers(2);
    await environment.advance(10_000);
    expect(await answers(4)).to.match(/^(1212|2121)$/);
  });

  it('does not dial after it was closed', async () => {
    start([1, 2]);
    await answers(2);
    void channel.close();
    await settle();
    const before = dialled.length;
    await failureOf(flow.ask(note('')));
    expect(dialled.length).to.equal(before);
  });

  it('makes a call that was refused once more, at another, and says so', async () => {
    start([1, 2]);
    await answers(2);
    await settle();
    // Connections over the limit are turned away with GOAWAY(RESOURCE_EXHAUSTED, last 0).
    const calls = [watch(flow.ask(note('hold'))), watch(flow.ask(note('hold')))];
    await settle();
    const { connections } = servers.get(1) as unknown as { connections: { open: Set<Refusing> } };
    const [first] = connections.open;
    first!.turnAway(new RpcError(StatusCode.RESOURCE_EXHAUSTED, 'full'));
    await settle();
    release();
    await settle();
    expect(calls.map(({ value }) => value?.text)).to.deep.equal(['2', '2']);
    const last = pairs.find(({ port }) => port === 2)!.pair[1].received;
    const frames = parseFrames(Buffer.concat(last).subarray(8)).filter(({ type }) => type === 2);
    expect(frames.at(-1)!.payload.subarray(4, 10).toString('hex')).to.equal('000403000101');
  });

  describe('whose addresses change', () => {
    it('calls those that are new', async () => {
      start([1]);
      await answers(1);
      sink.onAddresses([at(1), at(2)]);
      await answers(2);
      await settle();
      expect(await answers(4)).to.match(/^(1212|2121)$/);
    });

    it('calls those no more that are gone', async () => {
      start([1, 2]);
      await answers(2);
      sink.onAddresses([at(2)]);
      expect(await answers(3)).to.equal('222');
    });

    it('lets calls end at those that are gone, and then leaves', async () => {
      start([1]);
      const call = watch(flow.ask(note('hold')));
      await settle();
      sink.onAddresses([at(2)]);
      await settle();
      const wasOpen = !pairs[0]!.pair[0].isDestroyed;
      release();
      await settle();
      const { isDestroyed } = pairs[0]!.pair[0];
      expect([wasOpen, call.value?.text, isDestroyed]).to.deep.equal([true, '1', true]);
    });

    it('keeps the connections to those that stay', async () => {
      start([1, 2]);
      await answers(2);
      await settle();
      sink.onAddresses([at(2), at(1)]);
      await answers(4);
      expect(dialled.sort()).to.deep.equal([1, 2]);
    });

    it('has one connection for an address that comes twice', async () => {
      start([1, 1]);
      await answers(3);
      sink.onAddresses([at(1), at(1)]);
      await answers(3);
      expect(dialled).to.deep.equal([1]);
    });

    it('waits for the first', async () => {
      start([]);
      const call = watch(flow.ask(note('')));
      await settle();
      const wasOver = call.isOver;
      sink.onAddresses([at(3)]);
      await settle();
      expect([wasOver, call.value?.text]).to.deep.equal([false, '3']);
    });
  });

  describe('that cannot be found', () => {
    it('fails with the reason', async () => {
      start([]);
      const call = watch(flow.ask(note('')));
      await settle();
      sink.onFailure(new Error('no such name'));
      await settle();
      expect(call.error?.text).to.equal('cannot reach the servers: no such name');
    });

    it('lets a call wait that is patient', async () => {
      start([]);
      const call = watch(flow.ask(note(''), { waitForReady: true }));
      await settle();
      sink.onFailure(new Error('no such name'));
      await settle();
      sink.onAddresses([at(1)]);
      await settle();
      expect(call.value?.text).to.equal('1');
    });

    it('goes on with those that are known', async () => {
      start([1]);
      await answers(1);
      sink.onFailure(new Error('no such name'));
      expect(await answers(2)).to.equal('11');
    });
  });

  it('stops the resolver when it is closed', async () => {
    start([1]);
    await answers(1);
    void channel.close();
    await settle();
    expect(isStopped).to.equal(true);
  });
});

/** What a test needs of a server's connection. */
interface Refusing {
  turnAway(error: RpcError): void;
}
