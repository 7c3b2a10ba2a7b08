import { expect } from 'chai';
import { RpcError, StatusCode } from '../../../src/rpc/index';
import { Wallet } from '../../../src/services/gen/wallet';
import { MemoryLedger } from '../../../src/services/wallet/memory-ledger';
import { walletHandlers } from '../../../src/services/wallet/wallet-handlers';
import { Watchers } from '../../../src/services/wallet/watchers';
import { codeOf, serveOnLoopback, type Loopback } from '../support/loopback';

const NEVER = new AbortController().signal;
const DONE = { value: undefined, done: true };

function is(value: number): IteratorResult<number> {
  return { value, done: false };
}

describe('Watchers', () => {
  let watchers: Watchers;
  beforeEach(() => (watchers = new Watchers()));

  it('gives the value at the start first', async () => {
    expect(await watchers.watch('Bezos', () => 10, NEVER).next()).to.eql(is(10));
  });

  it('gives a change to a reader that waits for one', async () => {
    const values = watchers.watch('Bezos', () => 10, NEVER);
    await values.next();
    const next = values.next();
    watchers.tell('Bezos', 7);
    expect(await next).to.eql(is(7));
  });

  it('gives a slow reader the newest of many values', async () => {
    const values = watchers.watch('Bezos', () => 10, NEVER);
    await values.next();
    for (const value of [9, 8, 7]) watchers.tell('Bezos', value);
    expect(await values.next()).to.eql(is(7));
  });

  it('has nothing more for a slow reader than the newest value', async () => {
    const values = watchers.watch('Bezos', () => 10, NEVER);
    await values.next();
    for (const value of [9, 8, 7]) watchers.tell('Bezos', value);
    watchers.end();
    await values.next();
    expect(await values.next()).to.eql(DONE);
  });

  it('does not give the same value twice in a row', async () => {
    const values = watchers.watch('Bezos', () => 10, NEVER);
    await values.next();
    const next = values.next();
    watchers.tell('Bezos', 10);
    watchers.tell('Bezos', 3);
    expect(await next).to.eql(is(3));
  });

  it('does not give the value of another wallet', async () => {
    const values = watchers.watch('Bezos', () => 10, NEVER);
    await values.next();
    const next = values.next();
    watchers.tell('Dorgival', 1);
    watchers.tell('Bezos', 2);
    expect(await next).to.eql(is(2));
  });

  it('ends a reader that waits', async () => {
    const values = watchers.watch('Bezos', () => 10, NEVER);
    await values.next();
    const next = values.next();
    watchers.end();
    expect(await next).to.eql(DONE);
  });

  it('ends by the failure that it was given', async () => {
    const values = watchers.watch('Bezos', () => 10, NEVER);
    await values.next();
    watchers.end(new RpcError(StatusCode.UNAVAILABLE, 'stopped'));
    expect(await codeOf(values.next())).to.equal('UNAVAILABLE');
  });

  it('lets the first end decide', async () => {
    const values = watchers.watch('Bezos', () => 10, NEVER);
    await values.next();
    watchers.end();
    watchers.end(new RpcError(StatusCode.UNAVAILABLE, 'stopped'));
    expect(await values.next()).to.eql(DONE);
  });

  it('ends when the signal fires while its reader waits', async () => {
    const gone = new AbortController();
    const values = watchers.watch('Bezos', () => 10, gone.signal);
    await values.next();
    const next = values.next();
    gone.abort();
    expect(await next).to.eql(DONE);
  });

  it('forgets a reader whose signal has fired', async () => {
    const gone = new AbortController();
    const values = watchers.watch('Bezos', () => 10, gone.signal);
    await values.next();
    const sizeBefore = watchers.size;
    const next = values.next();
    gone.abort();
    await next;
    expect([sizeBefore, watchers.size]).to.eql([1, 0]);
  });

  it('forgets a reader that leaves its loop', async () => {
    for await (const value of watchers.watch('Bezos', () => 10, NEVER)) if (value === 10) break;
    expect(watchers.size).to.equal(0);
  });
});

describe('Wallet.Watch', () => {
  let watchers: Watchers;
  let wallet: Loopback<typeof Wallet>;

  beforeEach(async () => {
    watchers = new Watchers();
    const ledger = new MemoryLedger([
      ['Dorgival', 10],
      ['Bezos', 1000],
    ]);
    const handlers = walletHandlers(ledger, () => Promise.resolve(), watchers);
    wallet = await serveOnLoopback(Wallet, handlers);
  });
  afterEach(() => wallet.close());

  it('tells the balance now', async () => {
    const events = wallet.service.watch({ wallet: 'Bezos' });
    expect(await events.next()).to.eql({ value: { value: 1000 }, done: false });
    events.cancel();
  });

  it('tells the balance after an order was made', async () => {
    const events = wallet.service.watch({ wallet: 'Bezos' });
    await events.next();
    await wallet.service.createOrder({ wallet: 'Bezos', value: 60 });
    expect(await events.next()).to.eql({ value: { value: 940 }, done: false });
    events.cancel();
  });

  it('tells the balance of the receiver after an order was cashed', async () => {
    const events = wallet.service.watch({ wallet: 'Dorgival' });
    await events.next();
    await wallet.service.createOrder({ wallet: 'Bezos', value: 60 });
    await wallet.service.transfer({ order: 1, check: 60, wallet: 'Dorgival' });
    expect(await events.next()).to.eql({ value: { value: 70 }, done: false });
    events.cancel();
  });

  it('tells nothing of what was refused', async () => {
    const events = wallet.service.watch({ wallet: 'Dorgival' });
    await events.next();
    await wallet.service.createOrder({ wallet: 'Dorgival', value: 11 });
    await wallet.service.transfer({ order: 1, check: 1, wallet: 'Dorgival' });
    await wallet.service.end({});
    expect(await events.next()).to.eql(DONE);
  });

  it('is NOT_FOUND for a wallet that does not exist', async () => {
    expect(await codeOf(wallet.service.watch({ wallet: 'Nobody' }).next())).to.equal('NOT_FOUND');
  });

  it('is UNAVAILABLE after the end', async () => {
    await wallet.service.end({});
    expect(await codeOf(wallet.service.watch({ wallet: 'Bezos' }).next())).to.equal('UNAVAILABLE');
  });

  it('ends well when End is called, for each watcher', async () => {
    const all = ['Bezos', 'Bezos', 'Dorgival'].map((name) =>
      wallet.service.watch({ wallet: name }),
    );
    await Promise.all(all.map((events) => events.next()));
    await wallet.service.end({});
    expect(await Promise.all(all.map((events) => events.next()))).to.eql([DONE, DONE, DONE]);
  });

  it('is UNAVAILABLE when the server ends in another way', async () => {
    const events = wallet.service.watch({ wallet: 'Bezos' });
    await events.next();
    watchers.end(new RpcError(StatusCode.UNAVAILABLE, 'the wallet server was stopped'));
    expect(await codeOf(events.next())).to.equal('UNAVAILABLE');
  });

  it('is forgotten when the caller leaves', async () => {
    const events = wallet.service.watch({ wallet: 'Bezos' });
    await events.next();
    const sizeBefore = watchers.size;
    events.cancel();
    // The server reads a connection in order: after the answer it has read the CANCEL too.
    await wallet.service.readBalance({ wallet: 'Bezos' });
    expect([sizeBefore, watchers.size]).to.eql([1, 0]);
  });

  it('is forgotten when the connection is lost', async () => {
    const events = wallet.service.watch({ wallet: 'Bezos' });
    await events.next();
    await Promise.all([codeOf(events.next()), wallet.server.close({ drainMs: 0 })]);
    expect(watchers.size).to.equal(0);
  });

  it('does not keep a client from closing that has read everything', async () => {
    const events = wallet.service.watch({ wallet: 'Bezos' });
    await events.next();
    watchers.end();
    await events.next();
    await wallet.channel.close();
    expect(watchers.size).to.equal(0);
  });
});
