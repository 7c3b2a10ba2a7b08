import { expect } from 'chai';
import { Wallet } from '../../../src/services/gen/wallet';
import { MemoryLedger } from '../../../src/services/wallet/memory-ledger';
import { walletHandlers } from '../../../src/services/wallet/wallet-handlers';
import { codeOf, serveOnLoopback, type Loopback } from '../support/loopback';

const MAX = Number.MAX_SAFE_INTEGER;

describe('walletHandlers', () => {
  let wallet: Loopback<typeof Wallet>;
  let events: string[];
  let releaseEnd: () => void;
  let isEndHeld: boolean;

  beforeEach(async () => {
    events = [];
    isEndHeld = false;
    const held = new Promise<void>((resolve) => (releaseEnd = resolve));
    const ledger = new MemoryLedger([
      ['Dorgival', 10],
      ['Full', MAX],
    ]);
    const onEnd = async () => {
      events.push(`end with ${[...ledger.balances()].join(' ')}`);
      if (isEndHeld) await held;
    };
    wallet = await serveOnLoopback(Wallet, walletHandlers(ledger, onEnd));
  });

  afterEach(() => wallet.close());

  it('reads a balance', async () => {
    expect(await wallet.service.readBalance({ wallet: 'Dorgival' })).to.eql({ value: 10 });
  });

  it('reads a balance of 2^53 - 1 without losing a unit', async () => {
    expect(await wallet.service.readBalance({ wallet: 'Full' })).to.eql({ value: MAX });
  });

  it('answers -1 for no wallet', async () => {
    expect(await wallet.service.readBalance({ wallet: 'Nobody' })).to.eql({ value: -1 });
  });

  it('makes an order', async () => {
    expect(await wallet.service.createOrder({ wallet: 'Dorgival', value: 4 })).to.eql({
      status: 0,
      order: 1,
    });
  });

  it('answers an order that it cannot make with the status and no number', async () => {
    expect(await wallet.service.createOrder({ wallet: 'Dorgival', value: 11 })).to.eql({
      status: -2,
      order: 0,
    });
  });

  it('refuses a negative amount with INVALID_ARGUMENT', async () => {
    expect(await codeOf(wallet.service.createOrder({ wallet: 'Dorgival', value: -1 }))).to.equal(
      'INVALID_ARGUMENT',
    );
  });

  it('cashes an order', async () => {
    await wallet.service.createOrder({ wallet: 'Full', value: 7 });
    expect(await wallet.service.transfer({ order: 1, check: 7, wallet: 'Dorgival' })).to.eql({
      status: 0,
    });
  });

  it('answers a transfer that it cannot make with the status', async () => {
    expect(await wallet.service.transfer({ order: 1, check: 7, wallet: 'Dorgival' })).to.eql({
      status: -1,
    });
  });

  it('refuses a sum over 2^53 - 1 with OUT_OF_RANGE', async () => {
    await wallet.service.createOrder({ wallet: 'Dorgival', value: 1 });
    const call = wallet.service.transfer({ order: 1, check: 1, wallet: 'Full' });
    expect(await codeOf(call)).to.equal('OUT_OF_RANGE');
  });

  it('counts the pending orders at the end', async () => {
    await wallet.service.createOrder({ wallet: 'Dorgival', value: 4 });
    expect(await wallet.service.end({})).to.eql({ pending: 1 });
  });

  it('shows the balances before it answers the end', async () => {
    isEndHeld = true;
    const end = wallet.service.end({}).then(() => events.push('answer'));
    // The ledger has closed when another call is refused, so the handler has begun.
    expect(await codeOf(wallet.service.readBalance({ wallet: 'Full' }))).to.equal('UNAVAILABLE');
    const eventsWhileHeld = [...events];
    releaseEnd();
    await end;
    expect(eventsWhileHeld).to.eql([`end with Dorgival,10 Full,${MAX}`]);
  });

  it('changes nothing after the end: every call is UNAVAILABLE', async () => {
    await wallet.service.end({});
    const { service } = wallet;
    const calls = [
      service.readBalance({ wallet: 'Dorgival' }),
      service.createOrder({ wallet: 'Dorgival', value: 1 }),
      service.transfer({ order: 1, check: 1, wallet: 'Full' }),
      service.end({}),
    ];
    expect(await Promise.all(calls.map((call) => codeOf(call)))).to.eql(
      Array(4).fill('UNAVAILABLE'),
    );
  });

  it('ends once, even when two clients ask for it', async () => {
    await Promise.all([codeOf(wallet.service.end({})), codeOf(wallet.service.end({}))]);
    expect(events).to.have.length(1);
  });
});
