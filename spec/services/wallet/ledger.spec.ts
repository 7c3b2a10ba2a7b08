import { expect } from 'chai';
import { type Ledger, LedgerRefusal, OrderStatus } from '../../../src/services/wallet/ledger';
import { ENGINES, listOf, type Balances } from './support/engines';

const MAX = Number.MAX_SAFE_INTEGER;

/** The assignment's own list. */
const EXAMPLE: Balances = [
  ['Dorgival', 10],
  ['Bezos', 1_000_000],
  ['Papai_Noel', 100_000],
];

async function refusalOf(operation: () => unknown): Promise<LedgerRefusal | undefined> {
  try {
    await operation();
  } catch (error) {
    if (error instanceof LedgerRefusal) return error;
    throw error;
  }
  return undefined;
}

for (const engine of ENGINES) {
  describe(`Ledger in ${engine.name}`, function () {
    this.timeout(engine.timeoutMs);
    const open = (balances: Balances) => engine.open(balances);
    before(async function () {
      await engine.prepare(this);
    });
    afterEach(() => engine.clear());

    describe('readBalance', () => {
      it('returns what the wallet holds', async () => {
        expect(await (await open(EXAMPLE)).readBalance('Bezos')).to.equal(1_000_000);
      });

      it('returns -1 for a wallet that does not exist', async () => {
        expect(await (await open(EXAMPLE)).readBalance('bezos')).to.equal(-1);
      });

      it('returns 0 for a wallet that holds nothing', async () => {
        expect(await (await open([['Empty', 0]])).readBalance('Empty')).to.equal(0);
      });

      it('takes names that objects have for themselves', async () => {
        const ledger = await open([['__proto__', 7]]);
        expect([
          await ledger.readBalance('__proto__'),
          await ledger.readBalance('constructor'),
        ]).to.eql([7, -1]);
      });
    });

    describe('createOrder', () => {
      it('numbers the first order 1', async () => {
        expect(await (await open(EXAMPLE)).createOrder('Dorgival', 4)).to.eql({
          status: 0,
          order: 1,
        });
      });

      it('takes the amount out of the wallet', async () => {
        const ledger = await open(EXAMPLE);
        await ledger.createOrder('Dorgival', 4);
        expect(await ledger.readBalance('Dorgival')).to.equal(6);
      });

      it('returns -1 for a wallet that does not exist', async () => {
        expect(await (await open(EXAMPLE)).createOrder('Nobody', 1)).to.eql({
          status: -1,
          order: 0,
        });
      });

      it('returns -2 for more than the wallet holds', async () => {
        expect(await (await open(EXAMPLE)).createOrder('Dorgival', 11)).to.eql({
          status: -2,
          order: 0,
        });
      });

      it('leaves the wallet alone when it holds too little', async () => {
        const ledger = await open(EXAMPLE);
        await ledger.createOrder('Dorgival', 11);
        expect(await ledger.readBalance('Dorgival')).to.equal(10);
      });

      it('takes all that the wallet holds', async () => {
        const ledger = await open(EXAMPLE);
        await ledger.createOrder('Dorgival', 10);
        expect(await ledger.readBalance('Dorgival')).to.equal(0);
      });

      it('makes an order of 0, from an empty wallet too', async () => {
        expect(await (await open([['Empty', 0]])).createOrder('Empty', 0)).to.eql({
          status: 0,
          order: 1,
        });
      });

      it('gives failed orders no number', async () => {
        const ledger = await open(EXAMPLE);
        await ledger.createOrder('Nobody', 1);
        await ledger.createOrder('Dorgival', 11);
        await ledger.createOrder('Dorgival', 1);
        expect((await ledger.createOrder('Bezos', 1)).order).to.equal(2);
      });

      it('never gives a number again', async () => {
        const ledger = await open(EXAMPLE);
        const { order } = await ledger.createOrder('Dorgival', 3);
        await ledger.transfer(order, 3, 'Bezos');
        expect((await ledger.createOrder('Dorgival', 3)).order).to.equal(2);
      });

      for (const value of [-1, 0.5, MAX + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
        it(`refuses an amount of ${value}`, async () => {
          const refusal = await refusalOf(async () =>
            (await open(EXAMPLE)).createOrder('Bezos', value),
          );
          expect(refusal?.reason).to.equal('amount');
        });
      }

      it('refuses a negative amount before it looks for the wallet', async () => {
        expect(
          (await refusalOf(async () => (await open(EXAMPLE)).createOrder('Nobody', -1)))?.reason,
        ).to.equal('amount');
      });
    });

    describe('transfer', () => {
      async function withOrder(): Promise<Ledger> {
        const ledger = await open(EXAMPLE);
        expect((await ledger.createOrder('Dorgival', 4)).status).to.equal(OrderStatus.MADE);
        return ledger;
      }

      it('returns 0 when the order was cashed', async () => {
        expect(await (await withOrder()).transfer(1, 4, 'Bezos')).to.equal(0);
      });

      it('puts the amount into the wallet', async () => {
        const ledger = await withOrder();
        await ledger.transfer(1, 4, 'Bezos');
        expect(await ledger.readBalance('Bezos')).to.equal(1_000_004);
      });

      it('may pay back into the wallet that the order came from', async () => {
        const ledger = await withOrder();
        await ledger.transfer(1, 4, 'Dorgival');
        expect(await ledger.readBalance('Dorgival')).to.equal(10);
      });

      it('removes the order', async () => {
        const ledger = await withOrder();
        await ledger.transfer(1, 4, 'Bezos');
        expect(await ledger.transfer(1, 4, 'Bezos')).to.equal(-1);
      });

      for (const order of [0, 2, -1, MAX]) {
        it(`returns -1 for the order ${order}, which does not exist`, async () => {
          expect(await (await withOrder()).transfer(order, 4, 'Bezos')).to.equal(-1);
        });
      }

      for (const check of [3, 5, 0, -4]) {
        it(`returns -2 when it should hold ${check} and holds 4`, async () => {
          expect(await (await withOrder()).transfer(1, check, 'Bezos')).to.equal(-2);
        });
      }

      it('returns -3 for a wallet that does not exist', async () => {
        expect(await (await withOrder()).transfer(1, 4, 'Nobody')).to.equal(-3);
      });

      it('checks the order before the value and the wallet', async () => {
        expect(await (await withOrder()).transfer(2, 5, 'Nobody')).to.equal(-1);
      });

      it('checks the value before the wallet', async () => {
        expect(await (await withOrder()).transfer(1, 5, 'Nobody')).to.equal(-2);
      });

      it('keeps an order whose value was wrong', async () => {
        const ledger = await withOrder();
        await ledger.transfer(1, 5, 'Bezos');
        expect(await ledger.transfer(1, 4, 'Bezos')).to.equal(0);
      });

      it('keeps an order whose wallet was wrong', async () => {
        const ledger = await withOrder();
        await ledger.transfer(1, 4, 'Nobody');
        expect(await ledger.transfer(1, 4, 'Bezos')).to.equal(0);
      });

      it('fills a wallet up to 2^53 - 1', async () => {
        const ledger = await open([
          ['Full', MAX - 1],
          ['Other', 1],
        ]);
        await ledger.createOrder('Other', 1);
        await ledger.transfer(1, 1, 'Full');
        expect(await ledger.readBalance('Full')).to.equal(MAX);
      });

      it('refuses a sum over 2^53 - 1', async () => {
        const ledger = await open([
          ['Full', MAX],
          ['Other', 1],
        ]);
        await ledger.createOrder('Other', 1);
        expect((await refusalOf(() => ledger.transfer(1, 1, 'Full')))?.reason).to.equal('overflow');
      });

      it('keeps the order when the sum would be too much', async () => {
        const ledger = await open([
          ['Full', MAX],
          ['Other', 1],
        ]);
        await ledger.createOrder('Other', 1);
        await refusalOf(() => ledger.transfer(1, 1, 'Full'));
        expect(await ledger.transfer(1, 1, 'Other')).to.equal(0);
      });
    });

    describe('end', () => {
      it('returns 0 when no order is pending', async () => {
        expect(await (await open(EXAMPLE)).end()).to.equal(0);
      });

      it('counts the orders that were made and not cashed', async () => {
        const ledger = await open(EXAMPLE);
        for (const value of [1, 2, 0]) await ledger.createOrder('Dorgival', value);
        await ledger.transfer(2, 2, 'Bezos');
        expect(await ledger.end()).to.equal(2);
      });

      const LATE: Record<string, (ledger: Ledger) => unknown> = {
        readBalance: (ledger) => ledger.readBalance('Bezos'),
        createOrder: (ledger) => ledger.createOrder('Bezos', 1),
        transfer: (ledger) => ledger.transfer(1, 1, 'Bezos'),
        end: (ledger) => ledger.end(),
      };
      for (const [name, operation] of Object.entries(LATE)) {
        it(`refuses ${name} afterwards`, async () => {
          const ledger = await open(EXAMPLE);
          await ledger.createOrder('Bezos', 1);
          await ledger.end();
          expect((await refusalOf(() => operation(ledger)))?.reason).to.equal('ended');
        });
      }
    });

    describe('balances', () => {
      it('shows every wallet in the order in which they were given, empty ones too', async () => {
        const ledger = await open(EXAMPLE);
        await ledger.createOrder('Dorgival', 10);
        expect(await listOf(ledger)).to.eql([
          ['Dorgival', 0],
          ['Bezos', 1_000_000],
          ['Papai_Noel', 100_000],
        ]);
      });

      it('keeps that order for names that are numbers', async () => {
        const ledger = await open([
          ['2', 1],
          ['1', 1],
        ]);
        expect((await listOf(ledger)).map(([name]) => name)).to.eql(['2', '1']);
      });

      it('shows them after the end too', async () => {
        const ledger = await open(EXAMPLE);
        await ledger.end();
        expect(await listOf(ledger)).to.have.length(3);
      });
    });

    it('refuses to begin with a balance that is no amount', async () => {
      expect((await refusalOf(() => open([['Debtor', -1]])))?.reason).to.equal('amount');
    });
  });
}
