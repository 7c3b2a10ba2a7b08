import { expect } from 'chai';
import { auditPlace } from '../../../src/services/wallet/audit-place';
import { LedgerOpenError } from '../../../src/services/wallet/open-error';
import { DURABLE_ENGINES } from './support/engines';

for (const engine of DURABLE_ENGINES) {
  describe(`the audit of a ledger in ${engine.name}`, function () {
    this.timeout(engine.timeoutMs);
    let place: string;
    before(async function () {
      await engine.prepare(this);
    });
    beforeEach(async () => {
      const wallets = [
        ['Bezos', Number.MAX_SAFE_INTEGER],
        ['Dorgival', 10],
        ['Empty', 0],
      ] as const;
      place = engine.newPlace();
      const ledger = await engine.openAt(place, wallets);
      for (const value of [1, 2, 3, 0]) await ledger.createOrder('Bezos', value);
      await ledger.transfer(2, 2, 'Dorgival');
      await ledger.transfer(3, 3, 'Bezos');
    });
    afterEach(() => engine.clear());

    const differencesAfter = async (sql: string): Promise<readonly string[]> => {
      await engine.tamper(place, sql);
      return (await auditPlace(place)).differences;
    };

    it('finds nothing where there is nothing, while a server has the ledger', async () => {
      expect(await auditPlace(place)).to.eql({
        wallets: 3,
        pendingOrders: 2,
        movements: 9,
        opened: BigInt(Number.MAX_SAFE_INTEGER) + 10n,
        inWallets: BigInt(Number.MAX_SAFE_INTEGER) + 9n,
        inOrders: 1n,
        differences: [],
      });
    });

    it('finds a balance that the journal does not explain', async () => {
      const found = await differencesAfter(
        "UPDATE wallet SET balance = 13 WHERE name = 'Dorgival'",
      );
      expect(found[0]).to.equal("'Dorgival' holds 13, its journal says 12");
    });

    it('finds that there is more money than there was', async () => {
      const found = await differencesAfter(
        "UPDATE wallet SET balance = 13 WHERE name = 'Dorgival'",
      );
      expect(found[1]).to.match(/^wallets and orders hold \d+, and there was \d+$/);
    });

    it('finds a wallet that the journal does not know', async () => {
      const found = await differencesAfter(
        "INSERT INTO wallet (name, opening, balance, newest) VALUES ('Ghost', 0, 0, 0)",
      );
      expect(found[0]).to.include("'Ghost' holds 0, its journal says nothing");
    });

    it('finds an order that is missing', async () => {
      const found = await differencesAfter('DELETE FROM pending_order WHERE number = 1');
      expect(found[0]).to.match(
        /^order 1 holds nothing; the journal made it 1 times and cashed it 0/,
      );
    });

    it('finds an order of 0 that is missing', async () => {
      expect(await differencesAfter('DELETE FROM pending_order WHERE number = 4')).to.have.length(
        1,
      );
    });

    it('finds an order that holds something else', async () => {
      const found = await differencesAfter('UPDATE pending_order SET value = 7 WHERE number = 1');
      expect(found[0]).to.match(/^order 1 holds 7; .*which leaves 1$/);
    });

    it('finds an order that nobody has made', async () => {
      const found = await differencesAfter('INSERT INTO pending_order VALUES (99, 0)');
      expect(found[0]).to.match(/^order 99 holds 0; the journal made it 0 times/);
    });

    it('finds a line of the journal that was changed', async () => {
      const found = await differencesAfter(engine.forgery);
      expect(found[0]).to.match(/^line \d+ of the journal of 'Bezos' says/);
    });
  });
}

describe('the audit of what is no ledger', () => {
  it('says so', async () => {
    const error = await auditPlace('/nowhere/wallets.db').catch((thrown: unknown) => thrown);
    expect(error).to.be.an.instanceOf(LedgerOpenError);
  });
});
