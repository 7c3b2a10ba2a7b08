import { expect } from 'chai';
import {
  Channel,
  client,
  HealthStatus,
  Server,
  type Address,
  type ChannelOptions,
  type Client,
} from '../../src/rpc/index';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { Flow, plainFlow } from '../support/flow-service';
import { MemoryTransport } from '../support/memory-pair';
import { failureOf, watch } from '../support/outcome';
import { note } from '../support/probe-service';

describe('a channel that chooses its server', () => {
  let environment: FakeEnvironment;
  let servers: Map<number, Server>;
  let channel: Channel;
  let flow: Client<typeof Flow>;
  /** Ports whose server cannot be reached. */
  let down: Set<number>;
  /** Lets every Ask of 'hold' end. */
  let release: () => void;

  function start(ports: readonly number[], options: ChannelOptions): void {
    environment = new FakeEnvironment();
    servers = new Map();
    down = new Set();
    const releases: (() => void)[] = [];
    release = () => releases.splice(0).forEach((one) => one());
    for (const port of ports) {
      const server = new Server({ environment, log: () => undefined });
      server.add(Flow, {
        ...plainFlow,
        ask: ({ text }) => {
          const reply = note(String(port));
          if (text !== 'hold') return reply;
          return new Promise((resolve) => releases.push(() => resolve(reply)));
        },
      });
      servers.set(port, server);
    }
    const resolver = {
      start: (sink: { onAddresses(addresses: readonly Address[]): void }) => {
        sink.onAddresses(ports.map((port) => ({ host: 'memory', port })));
        return () => undefined;
      },
    };
    const dial = ({ port }: Address): Promise<MemoryTransport> => {
      if (down.has(port)) return Promise.reject(new Error(`${port} is down`));
      const pair = MemoryTransport.pair();
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
    await Promise.all(closing);
  });

  const ask = async (text = ''): Promise<string> => (await flow.ask(note(text))).text;
  /** Connects to all of them: the first calls go where there is a connection. */
  async function warmUp(): Promise<void> {
    await Promise.all(Array.from({ length: 12 }, () => flow.ask(note(''), { waitForReady: true })));
    await settle();
  }

  describe('by load', () => {
    for (const ports of [
      [1, 2],
      [1, 2, 3, 4],
    ]) {
      it(`gives a server that is held up fewer calls than the others, of ${ports.length}`, async () => {
        start(ports, { balance: 'least-loaded' });
        environment.random = chance();
        await warmUp();
        const held = Array.from({ length: 20 * ports.length }, () => ask('hold'));
        await settle();
        const open = ports.map((port) => openCalls(servers.get(port)!));
        const [least, most] = [Math.min(...open), Math.max(...open)];
        expect(most - least, open.join()).to.be.at.most(3);
        release();
        await Promise.all(held);
      });
    }

    it('passes a server by that cannot be reached', async () => {
      start([1, 2, 3], { balance: 'least-loaded' });
      environment.random = chance();
      down.add(1);
      await warmUp();
      const answers = await Promise.all(Array.from({ length: 50 }, () => ask()));
      expect(new Set(answers)).to.have.all.keys('2', '3');
    });
  });

  describe('by health', () => {
    const HEALTHY: ChannelOptions = { healthService: 'flow.Flow' };
    const say = (port: number, status: HealthStatus) =>
      servers.get(port)!.health.set('flow.Flow', status);

    it('calls those that serve', async () => {
      start([1, 2], HEALTHY);
      expect(await ask()).to.be.oneOf(['1', '2']);
    });

    it('passes by who says that it does not serve', async () => {
      start([1, 2], HEALTHY);
      say(1, HealthStatus.NOT_SERVING);
      await warmUp();
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask()));
      expect(new Set(answers)).to.have.all.keys('2');
    });

    it('passes by who does not know the service', async () => {
      start([1, 2], { healthService: 'flow.Other' });
      servers.get(2)!.health.set('flow.Other', HealthStatus.SERVING);
      await warmUp();
      expect(await ask()).to.equal('2');
    });

    it('comes back to a server that serves again', async () => {
      start([1, 2], HEALTHY);
      say(1, HealthStatus.NOT_SERVING);
      await warmUp();
      say(1, HealthStatus.SERVING);
      await settle();
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask()));
      expect(new Set(answers)).to.have.all.keys('1', '2');
    });

    it('fails at once when nobody serves', async () => {
      start([1], HEALTHY);
      say(1, HealthStatus.NOT_SERVING);
      const { text } = await failureOf(flow.ask(note('')));
      expect(text).to.equal('the servers says that it does not serve now');
    });

    it('waits, when it is asked to, until somebody serves', async () => {
      start([1], HEALTHY);
      say(1, HealthStatus.NOT_SERVING);
      const outcome = watch(flow.ask(note(''), { waitForReady: true }));
      await settle();
      expect(outcome.isOver).to.equal(false);
      say(1, HealthStatus.SERVING);
      await settle();
      expect(outcome.value?.text).to.equal('1');
    });

    it('is not kept from closing by its own question', async () => {
      start([1], HEALTHY);
      await ask();
      const closed = watch(channel.close().then(() => 'closed'));
      await environment.advance(1_500);
      expect(closed.value).to.equal('closed');
    });

    it('does not keep a server from draining by its question', async () => {
      start([1], HEALTHY);
      await ask();
      const closed = watch(
        servers
          .get(1)!
          .close()
          .then(() => 'closed'),
      );
      await environment.advance(1_500);
      expect(closed.value).to.equal('closed');
    });
  });
});

/** Numbers that look random and are the same each time. */
function chance(): () => number {
  let seed = 7;
  return () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** Handlers of Ask that have not ended. */
function openCalls(server: Server): number {
  const { dispatcher } = server as unknown as {
    dispatcher: { statistics(): { method: string; open: number }[] };
  };
  return dispatcher.statistics().find(({ method }) => method === 'flow.Flow/Ask')!.open;
}
