import { expect } from 'chai';
import {
  authenticateByToken,
  authorize,
  client,
  connect,
  type CallContext,
  type Channel,
  type Client,
  type ServerOptions,
} from '../../../src/rpc/index';
import { binderHandlers } from '../../../src/services/binder/binder-handlers';
import { type MemoryRegistry } from '../../../src/services/binder/registry';
import { Binder, type Endpoints, type Registration } from '../../../src/services/gen/binder';
import { settle } from '../../support/fake-environment';
import { failureOf, watch } from '../../support/outcome';
import { codeOf } from '../support/loopback';
import { MemoryBinders } from './support/memory-binders';
import { registration } from './support/registration';

describe('binderHandlers', () => {
  let binders: MemoryBinders;
  let registry: MemoryRegistry;
  let channel: Channel;
  let binder: Client<typeof Binder>;

  function start(server: ServerOptions = {}): void {
    binders = new MemoryBinders(server);
    registry = binders.start(1);
    channel = connect('memory:1', binders.options);
    binder = client(Binder, channel);
  }
  beforeEach(() => start());
  afterEach(async () => {
    const closing = channel.close();
    await binders.stopAll();
    await binders.environment.advance(5_000);
    await closing;
  });

  async function register(entry: Registration) {
    const call = binder.register(entry);
    const { value: lease } = await call.next();
    return { lease, call };
  }

  const addressesOf = ({ endpoints }: Endpoints): string[] => endpoints.map((one) => one.address);
  const resolve = async (name: string) => addressesOf(await binder.resolve({ name }));

  it('register an endpoint, and say under which address', async () => {
    const { lease } = await register(registration('a.S', 'x:1'));
    expect(lease).to.deep.equal({ address: 'x:1' });
    expect(await resolve('a.S')).to.deep.equal(['x:1']);
  });

  it('forget it when its call is given up', async () => {
    const { call } = await register(registration('a.S', 'x:1'));
    call.cancel();
    await settle();
    expect(await resolve('a.S')).to.deep.equal([]);
  });

  it('forget it when its connection is lost', async () => {
    const { call } = await register(registration('a.S', 'x:1'));
    const lost = failureOf(call.next());
    binders.cut(1);
    await lost;
    await settle();
    expect(registry.table.size).to.equal(0);
    await binders.environment.advance(1_000);
    expect(await resolve('a.S')).to.deep.equal([]);
  });

  it('show who comes, goes and asks', async () => {
    const { call } = await register(registration('a.S', 'x:1'));
    await resolve('S');
    call.cancel();
    await settle();
    expect(binders.shown).to.deep.equal(['+ a.S x:1', '? S 1', '- a.S x:1']);
  });

  const REFUSED: [string, Partial<Registration>][] = [
    ['an empty name', { name: '' }],
    ['a name that begins with a digit', { name: '7up' }],
    ['a name with a slash', { name: 'a/b' }],
    ['a name of 256 characters', { name: 'n'.repeat(256) }],
    ['a name with an empty part', { name: 'a..b' }],
    ['an address without a port', { address: 'x' }],
    ['an address of port 0', { address: ':0' }],
    ['an address that is too long', { address: `${'x'.repeat(300)}:1` }],
    ['a port alone, from a peer whose address is none', { address: ':5' }],
    ['17 pairs of metadata', { metadata: new Map([...Array(17).keys()].map((n) => [`${n}`, ''])) }],
    ['a value of 257 characters', { metadata: new Map([['k', 'v'.repeat(257)]]) }],
    ['a zone of 257 characters', { zone: 'z'.repeat(257) }],
    ['1001 methods', { methods: Array<string>(1_001).fill('m') }],
    ['a method that is no name', { methods: ['a b'] }],
  ];
  for (const [what, change] of REFUSED) {
    it(`refuse ${what} as INVALID_ARGUMENT`, async () => {
      const call = binder.register({ ...registration('a.S', 'x:1'), ...change });
      expect(await codeOf(call.next())).to.equal('INVALID_ARGUMENT');
      expect(registry.table.size).to.equal(0);
    });
  }

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    it(`find nobody under '${name}'`, async () => expect(await resolve(name)).to.deep.equal([]));

    it(`take '${name}' for the name of a service`, async () => {
      await register(registration(name, 'x:1', ['__proto__']));
      expect(await resolve(name)).to.deep.equal(['x:1']);
    });
  }

  it('say which services a short name may be', async () => {
    await register(registration('a.S', 'x:1'));
    await register(registration('b.S', 'x:2'));
    const { text } = await failureOf(binder.resolve({ name: 'S' }));
    expect(text).to.equal("'S' may be a.S, b.S");
  });

  it('list names a page at a time', async () => {
    await register(registration('a.S', 'x:1'));
    await register(registration('b.S', 'x:2'));
    const page = await binder.list({ prefix: '', after: '', limit: 1 });
    expect(page).to.deep.equal({ services: [{ name: 'a.S', endpoints: 1 }], more: true });
  });

  describe('watch', () => {
    it('tell what is known now, nobody too', async () => {
      const { value } = await binder.watch({ name: 'a.S' }).next();
      expect(value).to.deep.equal({ name: '', endpoints: [], epoch: registry.epoch });
    });

    it('tell who comes and who goes', async () => {
      const call = binder.watch({ name: 'a.S' });
      const next = async () => addressesOf((await call.next()).value as Endpoints);
      expect(await next()).to.deep.equal([]);
      const first = await register(registration('a.S', 'x:1'));
      expect(await next()).to.deep.equal(['x:1']);
      first.call.cancel();
      expect(await next()).to.deep.equal([]);
    });

    it('tell a slow reader the newest, not every change', async () => {
      const { signal } = new AbortController();
      const context = { signal } as CallContext;
      const replies = binderHandlers(registry, signal).watch({ name: 'S' }, context);
      const iterator = (replies as AsyncIterable<Endpoints>)[Symbol.asyncIterator]();
      const next = async () => addressesOf((await iterator.next()).value as Endpoints);
      await next();
      registry.table.put('1', registration('a.S', 'x:1'));
      registry.table.put('2', registration('a.S', 'x:2'));
      registry.table.remove('1');
      expect(await next()).to.deep.equal(['x:2']);
    });

    it('end when the name becomes that of two services', async () => {
      const call = binder.watch({ name: 'S' });
      await call.next();
      await register(registration('a.S', 'x:1'));
      await call.next();
      await register(registration('b.S', 'x:2'));
      expect(await codeOf(call.next())).to.equal('FAILED_PRECONDITION');
    });
  });

  it('end leases and watches when the binder is to end', async () => {
    const { call } = await register(registration('a.S', 'x:1'));
    const watching = binder.watch({ name: 'a.S' });
    await watching.next();
    const ends = [watch(call.next()), watch(watching.next())];
    await binders.stop(1);
    expect(ends.map(({ error }) => error?.code)).to.deep.equal([14, 14]);
  });

  describe('with a token', () => {
    beforeEach(() =>
      start({
        authenticate: authenticateByToken(new Map([['secret', 'admin']])),
        takesCredentialsInClear: true,
        interceptors: [
          authorize(
            ({ method, caller }) => method !== 'binder.Binder/Register' || caller === 'admin',
          ),
        ],
      }),
    );

    it('refuse a registration by a stranger', async () => {
      const call = binder.register(registration('a.S', 'x:1'));
      expect(await codeOf(call.next())).to.equal('UNAUTHENTICATED');
    });

    it('take one by who has the token', async () => {
      const known = connect('memory:1', {
        ...binders.options,
        credentials: 'secret',
        sendsCredentialsInClear: true,
      });
      const call = client(Binder, known).register(registration('a.S', 'x:1'));
      await call.next();
      expect(await resolve('a.S')).to.deep.equal(['x:1']);
      call.cancel();
      const closing = known.close();
      await binders.environment.advance(2_000);
      await closing;
    });
  });
});
