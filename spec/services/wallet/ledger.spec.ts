import { expect } from 'chai';
import { Ledger, LedgerRefusal, OrderStatus } from '../../../src/services/wallet/ledger';

const MAX = Number.MAX_SAFE_INTEGER;

/** The assignment's own list. */
function exampleLedger(): Ledger {
  return new Ledger([
    ['Dorgival', 10],
    ['Bezos', 1_000_000],
    ['Papai_Noel', 100_000],
  ]);
}

function refusalOf(operation: () => unknown): LedgerRefusal | undefined {
  try {
    operation();
  } catch (error) {
    if (error instanceof LedgerRefusal) return error;
    throw error;
  }
  return undefined;
}

describe('Ledger', () => {
  describe('readBalance', () => {
    it('returns what the wallet holds', () => {
      expect(exampleLedger().readBalance('Bezos')).to.equal(1_000_000);
    });

    it('returns -1 for a wallet that does not exist', () => {
      expect(exampleLedger().readBalance('bezos')).to.equal(-1);
    });

    it('returns 0 for a wallet that holds nothing', () => {
      expect(new Ledger([['Empty', 0]]).readBalance('Empty')).to.equal(0);
    });

    it('takes names that objects have for themselves', () => {
      const ledger = new Ledger([['__proto__', 7]]);
      expect([ledger.readBalance('__proto__'), ledger.readBalance('constructor')]).to.eql([7, -1]);
    });
  });

  describe('createOrder', () => {
    it('numbers the first order 1', () => {
      expect(exampleLedger().createOrder('Dorgival', 4)).to.eql({ status: 0, order: 1 });
    });

    it('takes the amount out of the wallet', () => {
      const ledger = exampleLedger();
      ledger.createOrder('Dorgival', 4);
      expect(ledger.readBalance('Dorgival')).to.equal(6);
    });

    it('returns -1 for a wallet that does not exist', () => {
      expect(exampleLedger().createOrder('Nobody', 1)).to.eql({ status: -1, order: 0 });
    });

    it('returns -2 for more than the wallet holds', () => {
      expect(exampleLedger().createOrder('Dorgival', 11)).to.eql({ status: -2, order: 0 });
    });

    it('leaves the wallet alone when it holds too little', () => {
      const ledger = exampleLedger();
      ledger.createOrder('Dorgival', 11);
      expect(ledger.readBalance('Dorgival')).to.equal(10);
    });

    it('takes all that the wallet holds', () => {
      const ledger = exampleLedger();
      ledger.createOrder('Dorgival', 10);
      expect(ledger.readBalance('Dorgival')).to.equal(0);
    });

    it('makes an order of 0, from an empty wallet too', () => {
      expect(new Ledger([['Empty', 0]]).createOrder('Empty', 0)).to.eql({ status: 0, order: 1 });
    });

    it('gives failed orders no number', () => {
      const ledger = exampleLedger();
      ledger.createOrder('Nobody', 1);
      ledger.createOrder('Dorgival', 11);
      ledger.createOrder('Dorgival', 1);
      expect(ledger.createOrder('Bezos', 1).order).to.equal(2);
    });

    it('never gives a number again', () => {
      const ledger = exampleLedger();
      const { order } = ledger.createOrder('Dorgival', 3);
      ledger.transfer(order, 3, 'Bezos');
      expect(ledger.createOrder('Dorgival', 3).order).to.equal(2);
    });

    for (const value of [-1, 0.5, MAX + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      it(`refuses an amount of ${value}`, () => {
        const refusal = refusalOf(() => exampleLedger().createOrder('Bezos', value));
        expect(refusal?.reason).to.equal('amount');
      });
    }

    it('refuses a negative amount before it looks for the wallet', () => {
      expect(refusalOf(() => exampleLedger().createOrder('Nobody', -1))?.reason).to.equal('amount');
    });
  });

  describe('transfer', () => {
    function withOrder(): Ledger {
      const ledger = exampleLedger();
      expect(ledger.createOrder('Dorgival', 4).status).to.equal(OrderStatus.MADE);
      return ledger;
    }

    it('returns 0 when the order was cashed', () => {
      expect(withOrder().transfer(1, 4, 'Bezos')).to.equal(0);
    });

    it('puts the amount into the wallet', () => {
      const ledger = withOrder();
      ledger.transfer(1, 4, 'Bezos');
      expect(ledger.readBalance('Bezos')).to.equal(1_000_004);
    });

    it('may pay back into the wallet that the order came from', () => {
      const ledger = withOrder();
      ledger.transfer(1, 4, 'Dorgival');
      expect(ledger.readBalance('Dorgival')).to.equal(10);
    });

    it('removes the order', () => {
      const ledger = withOrder();
      ledger.transfer(1, 4, 'Bezos');
      expect(ledger.transfer(1, 4, 'Bezos')).to.equal(-1);
    });

    for (const order of [0, 2, -1, MAX]) {
      it(`returns -1 for the order ${order}, which does not exist`, () => {
        expect(withOrder().transfer(order, 4, 'Bezos')).to.equal(-1);
      });
    }

    for (const check of [3, 5, 0, -4]) {
      it(`returns -2 when it should hold ${check} and holds 4`, () => {
        expect(withOrder().transfer(1, check, 'Bezos')).to.equal(-2);
      });
    }

    it('returns -3 for a wallet that does not exist', () => {
      expect(withOrder().transfer(1, 4, 'Nobody')).to.equal(-3);
    });

    it('checks the order before the value and the wallet', () => {
      expect(withOrder().transfer(2, 5, 'Nobody')).to.equal(-1);
    });

    it('checks the value before the wallet', () => {
      expect(withOrder().transfer(1, 5, 'Nobody')).to.equal(-2);
    });

    it('keeps an order whose value was wrong', () => {
      const ledger = withOrder();
      ledger.transfer(1, 5, 'Bezos');
      expect(ledger.transfer(1, 4, 'Bezos')).to.equal(0);
    });

    it('keeps an order whose wallet was wrong', () => {
      const ledger = withOrder();
      ledger.transfer(1, 4, 'Nobody');
      expect(ledger.transfer(1, 4, 'Bezos')).to.equal(0);
    });

    it('fills a wallet up to 2^53 - 1', () => {
      const ledger = new Ledger([
        ['Full', MAX - 1],
        ['Other', 1],
      ]);
      ledger.createOrder('Other', 1);
      ledger.transfer(1, 1, 'Full');
      expect(ledger.readBalance('Full')).to.equal(MAX);
    });

    it('refuses a sum over 2^53 - 1', () => {
      const ledger = new Ledger([
        ['Full', MAX],
        ['Other', 1],
      ]);
      ledger.createOrder('Other', 1);
      expect(refusalOf(() => ledger.transfer(1, 1, 'Full'))?.reason).to.equal('overflow');
    });

    it('keeps the order when the sum would be too much', () => {
      const ledger = new Ledger([
        ['Full', MAX],
        ['Other', 1],
      ]);
      ledger.createOrder('Other', 1);
      refusalOf(() => ledger.transfer(1, 1, 'Full'));
      expect(ledger.transfer(1, 1, 'Other')).to.equal(0);
    });
  });

  describe('end', () => {
    it('returns 0 when no order is pending', () => {
      expect(exampleLedger().end()).to.equal(0);
    });

    it('counts the orders that were made and not cashed', () => {
      const ledger = exampleLedger();
      for (const value of [1, 2, 0]) ledger.createOrder('Dorgival', value);
      ledger.transfer(2, 2, 'Bezos');
      expect(ledger.end()).to.equal(2);
    });

    const LATE: Record<string, (ledger: Ledger) => unknown> = {
      readBalance: (ledger) => ledger.readBalance('Bezos'),
      createOrder: (ledger) => ledger.createOrder('Bezos', 1),
      transfer: (ledger) => ledger.transfer(1, 1, 'Bezos'),
      end: (ledger) => ledger.end(),
    };
    for (const [name, operation] of Object.entries(LATE)) {
      it(`refuses ${name} afterwards`, () => {
        const ledger = exampleLedger();
        ledger.createOrder('Bezos', 1);
        ledger.end();
        expect(refusalOf(() => operation(ledger))?.reason).to.equal('ended');
      });
    }
  });

  describe('balances', () => {
    it('shows every wallet in the order in which they were given, empty ones too', () => {
      const ledger = exampleLedger();
      ledger.createOrder('Dorgival', 10);
      expect([...ledger.balances()]).to.eql([
        ['Dorgival', 0],
        ['Bezos', 1_000_000],
        ['Papai_Noel', 100_000],
      ]);
    });

    it('keeps that order for names that are numbers', () => {
      const ledger = new Ledger([
        ['2', 1],
        ['1', 1],
      ]);
      expect([...ledger.balances()].map(([name]) => name)).to.eql(['2', '1']);
    });

    it('shows them after the end too', () => {
      const ledger = exampleLedger();
      ledger.end();
      expect([...ledger.balances()]).to.have.length(3);
    });
  });

  it('holds a million wallets and a million orders', function () {
    this.timeout(20_000);
    const MANY = 1_000_000;
    const names = Array.from({ length: MANY }, (_, i) => String(i));
    const ledger = new Ledger(names.map((name) => [name, 1] as const));
    for (const name of names) ledger.createOrder(name, 1);
    expect(ledger.transfer(MANY, 1, '0')).to.equal(0);
    expect(ledger.end()).to.equal(MANY - 1);
  });

  it('refuses to begin with a balance that is no amount', () => {
    expect(refusalOf(() => new Ledger([['Debtor', -1]]))?.reason).to.equal('amount');
  });
});
