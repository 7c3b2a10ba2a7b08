import { expect } from 'chai';
import { formatAddress, StatusCode, type RpcError } from '../../../src/rpc/index';
import { EtcdClient } from '../../../src/services/binder/etcd-client';
import { KEY_PREFIX } from '../../../src/services/binder/etcd-mirror';
import { EtcdRegistry } from '../../../src/services/binder/etcd-registry';
import { etcdResolver } from '../../../src/services/binder/etcd-resolver';
import { freePort } from '../../programs/support/ports';
import { until } from '../../support/until';
import { Etcd, hasEtcd } from './support/etcd';
import { registration } from './support/registration';

describe('registrations in etcd (needs etcd)', function () {
  this.timeout(40_000);
  let etcd: Etcd;
  let registries: EtcdRegistry[];

  before(async function () {
    if (!hasEtcd() && process.env.CI !== 'true') this.skip();
    etcd = await Etcd.start();
  });
  after(() => etcd.remove());
  beforeEach(() => {
    registries = [];
  });
  afterEach(async () => {
    await Promise.all(registries.map((registry) => registry.close()));
    await etcd.client.remove(`${KEY_PREFIX}foreign`);
  });

  async function open(): Promise<EtcdRegistry> {
    const registry = await EtcdRegistry.open(etcd.client);
    registries.push(registry);
    // It has its lease a moment later.
    await until('a lease', async () => {
      try {
        const lease = await registry.register(registration('ready', 'x:1'));
        await lease.release();
        return true;
      } catch {
        return false;
      }
    });
    return registry;
  }
  const addresses = ({ table }: EtcdRegistry, name: string): string[] =>
    table.find(name).endpoints.map(({ address }) => address);

  it('are seen by every binder', async () => {
    const [one, two] = [await open(), await open()];
    const entry = {
      ...registration('a.S', 'x:1', ['m']),
      zone: 'z',
      weight: 7,
      metadata: new Map([['k', 'v']]),
    };
    await one.register(entry);
    await until('seen', () => addresses(two, 'a.S').length === 1);
    expect(two.table.find('m')).to.deep.equal({
      name: 'a.S',
      endpoints: [{ address: 'x:1', zone: 'z', weight: 7, metadata: new Map([['k', 'v']]) }],
    });
  });

  it('are gone for every binder when they are released', async () => {
    const [one, two] = [await open(), await open()];
    const lease = await one.register(registration('b.S', 'x:1'));
    await until('seen', () => addresses(two, 'b.S').length === 1);
    await lease.release();
    expect(addresses(one, 'b.S')).to.deep.equal([]);
    await until('gone', () => addresses(two, 'b.S').length === 0);
  });

  it('are known to a binder that starts later, before it answers', async () => {
    const one = await open();
    await one.register(registration('c.S', 'x:1'));
    expect(addresses(await open(), 'c.S')).to.deep.equal(['x:1']);
  });

  it('go with the binder that holds them, and not with another', async () => {
    const [one, two] = [await open(), await open()];
    await one.register(registration('d.S', 'x:1'));
    await two.register(registration('d.S', 'x:1'));
    await two.register(registration('d.S', 'x:2'));
    await one.close();
    await until(
      'one endpoint less',
      async () => (await etcd.client.range(KEY_PREFIX)).pairs.length === 2,
    );
    expect(addresses(two, 'd.S')).to.have.members(['x:1', 'x:2']);
  });

  it('have one epoch for all binders', async () => {
    expect((await open()).epoch).to.equal((await open()).epoch);
  });

  it('are passed over when somebody else has put something there', async () => {
    const lease = await etcd.client.grantLease(60);
    await etcd.client.put(`${KEY_PREFIX}foreign`, '{"name": 7}', lease);
    const one = await open();
    expect(one.table.list('', '', 0).services).to.deep.equal([]);
  });

  it('reach who asks etcd without a binder', async () => {
    const one = await open();
    await one.register(registration('e.S', 'x:1'));
    const told: string[][] = [];
    const stop = etcdResolver(etcd.url, 'S').start({
      onAddresses: (all) => told.push(all.map(formatAddress)),
      onFailure: () => undefined,
    });
    await until('told', () => told.length > 0);
    const lease = await one.register(registration('e.S', 'x:2'));
    await until('told more', () => told.at(-1)?.length === 2);
    await lease.release();
    await until('told less', () => told.at(-1)?.length === 1);
    stop();
    expect(told).to.deep.equal([['x:1'], ['x:1', 'x:2'], ['x:1']]);
  });

  it('stand still while etcd is away, and go on when it is back', async () => {
    const [one, two] = [await open(), await open()];
    await one.register(registration('f.S', 'x:1'));
    await until('seen', () => addresses(two, 'f.S').length === 1);
    await etcd.kill();
    const refused = await one.register(registration('f.S', 'x:2')).then(
      () => undefined,
      (error: unknown) => error as RpcError,
    );
    expect(refused?.code).to.equal(StatusCode.UNAVAILABLE);
    expect([addresses(one, 'f.S'), addresses(two, 'f.S')]).to.deep.equal([['x:1'], ['x:1']]);
    await etcd.restart();
    await until('registered', async () => {
      try {
        await one.register(registration('f.S', 'x:3'));
        return true;
      } catch {
        return false;
      }
    });
    await until('seen by the other', () => addresses(two, 'f.S').includes('x:3'), 20_000);
    expect(addresses(two, 'f.S')).to.have.members(['x:1', 'x:3']);
  });

  it('are removed when they were released while etcd was away', async () => {
    const [one, two] = [await open(), await open()];
    const lease = await one.register(registration('g.S', 'x:1'));
    await until('seen', () => addresses(two, 'g.S').length === 1);
    await etcd.kill();
    await lease.release();
    await etcd.restart();
    await until('gone', () => addresses(two, 'g.S').length === 0, 25_000);
  });

  it('are written again under a new lease when etcd has let the old one go', async () => {
    const one = await open();
    await one.register(registration('h.S', 'x:1'));
    const owned = await leaseOf(etcd.url);
    await etcd.client.revokeLease(owned!);
    await until('gone', () => addresses(one, 'h.S').length === 0);
    await until('there again', () => addresses(one, 'h.S').length === 1, 25_000);
  });

  it('ask the next server when one does not answer', async () => {
    const client = new EtcdClient(`http://127.0.0.1:${await freePort()},${etcd.url}`);
    expect((await client.range(KEY_PREFIX)).revision).to.be.greaterThan(0);
  });

  it('say which server does not answer', async () => {
    const client = new EtcdClient(`http://127.0.0.1:${await freePort()}`);
    const error = await client.probe('x').then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    expect(error?.message).to.match(/^etcd at http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  });

  it('refuse a URL that is none of etcd', () => {
    expect(() => new EtcdClient('ftp://x:1')).to.throw(RangeError);
  });
});

/** The lease of the first key, by etcd itself. */
async function leaseOf(url: string): Promise<string | undefined> {
  const key = Buffer.from(KEY_PREFIX).toString('base64');
  const response = await fetch(`${url}/v3/kv/range`, {
    method: 'POST',
    body: JSON.stringify({ key, range_end: Buffer.from('fio/binder0').toString('base64') }),
  });
  const { kvs } = (await response.json()) as { kvs?: { lease?: string }[] };
  return kvs?.[0]?.lease;
}
