import { expect } from 'chai';
import { Builtin, client, HealthStatus, StatusCode, type RpcError } from '../../src/rpc/index';
import { failureOf } from '../support/outcome';
import { MemoryProbe } from '../support/memory-probe';
import { note } from '../support/probe-service';
import { settle } from '../support/fake-environment';

describe('service 0', () => {
  let memory: MemoryProbe;
  const builtin = () => client(Builtin, memory.channel);

  beforeEach(() => (memory = new MemoryProbe()));
  afterEach(() => memory.stop());

  describe('health', () => {
    it('says SERVING of the server as a whole', async () => {
      expect(await builtin().check({ service: '' })).to.deep.equal({ status: 1 });
    });

    it('says SERVING of a service that was added', async () => {
      expect(await builtin().check({ service: 'probe.Probe' })).to.deep.equal({ status: 1 });
    });

    it('says UNKNOWN of a service that is not there', async () => {
      expect(await builtin().check({ service: 'nobody' })).to.deep.equal({ status: 0 });
    });

    it('says what the program has set', async () => {
      memory.server.health.set('probe.Probe', HealthStatus.NOT_SERVING);
      expect(await builtin().check({ service: 'probe.Probe' })).to.deep.equal({ status: 2 });
    });

    it('tells a watcher the status now and after each change', async () => {
      const watch = builtin().watch({ service: 'probe.Probe' });
      const statuses = [(await watch.next()).value?.status];
      memory.server.health.set('probe.Probe', HealthStatus.NOT_SERVING);
      statuses.push((await watch.next()).value?.status);
      memory.server.health.set('probe.Probe', HealthStatus.SERVING);
      statuses.push((await watch.next()).value?.status);
      watch.cancel();
      expect(statuses).to.deep.equal([1, 2, 1]);
    });

    it('tells a watcher nothing when nothing has changed', async () => {
      const watch = builtin().watch({ service: '' });
      await watch.next();
      let hasMore = false;
      const next = watch.next().then(() => (hasMore = true));
      memory.server.health.set('', HealthStatus.SERVING);
      memory.server.health.set('probe.Probe', HealthStatus.NOT_SERVING);
      await settle();
      const told = hasMore;
      watch.cancel();
      await next.catch(() => undefined);
      expect(told).to.equal(false);
    });

    it('tells a watcher NOT_SERVING when the server drains, and ends', async () => {
      const watch = builtin().watch({ service: '' });
      await watch.next();
      void memory.server.close({ drainMs: 1_000 });
      const last = await watch.next();
      const end = await watch.next();
      expect([last.value?.status, end.done]).to.deep.equal([2, true]);
    });

    it('forgets a watcher that has left', async () => {
      const watch = builtin().watch({ service: '' });
      await watch.next();
      watch.cancel();
      await settle();
      const { watchers } = memory.server.health as unknown as { watchers: Set<unknown> };
      expect(watchers.size).to.equal(0);
    });
  });

  describe('statistics', () => {
    const ofEcho = async () => {
      const { methods } = await builtin().statistics({});
      return methods.find(({ method }) => method === 'probe.Probe/Echo')!;
    };

    it('counts calls', async () => {
      await memory.probe.echo(note('a'));
      await memory.probe.echo(note('b'));
      const { calls, errors, open } = await ofEcho();
      expect({ calls, errors, open }).to.deep.equal({ calls: 2, errors: 0, open: 0 });
    });

    it('counts calls that are open, and that were given up', async () => {
      const abort = new AbortController();
      const call = failureOf(memory.probe.hold(note(''), { signal: abort.signal }));
      await settle();
      const { methods } = await builtin().statistics({});
      abort.abort();
      await call;
      const hold = methods.find(({ method }) => method === 'probe.Probe/Hold');
      expect(hold?.open).to.equal(1);
    });

    it('measures one call in sixteen', async () => {
      for (let i = 0; i < 33; i++) await memory.probe.echo(note(''));
      const { latencies } = await ofEcho();
      expect(latencies.reduce((sum, count) => sum + count)).to.equal(3);
    });

    it('counts connections and time', async () => {
      await memory.probe.echo(note(''));
      await memory.environment.advance(1_234);
      const { uptimeMs, connections, connectionsTotal } = await builtin().statistics({});
      expect([uptimeMs, connections, connectionsTotal]).to.deep.equal([1_234, 1, 1]);
    });
  });

  it('echoes', async () => {
    const payload = new Uint8Array([0, 255, 7]);
    expect((await builtin().echo({ payload })).payload).to.deep.equal(payload);
  });
});

describe('a server that asks for a login', () => {
  let memory: MemoryProbe;
  const builtin = () => client(Builtin, memory.channel);

  beforeEach(() => (memory = new MemoryProbe({ server: { requiresLogin: true } })));
  afterEach(() => memory.stop());

  it('tells strangers of its health', async () => {
    expect(await builtin().check({ service: '' })).to.deep.equal({ status: 1 });
  });

  it('refuses strangers everything else, as UNAUTHENTICATED', async () => {
    const errors: RpcError[] = [];
    errors.push(await failureOf(builtin().statistics({})));
    errors.push(await failureOf(memory.probe.echo(note(''))));
    const { UNAUTHENTICATED } = StatusCode;
    expect(errors.map(({ code }) => code)).to.deep.equal([UNAUTHENTICATED, UNAUTHENTICATED]);
  });
});
