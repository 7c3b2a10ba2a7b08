import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LedgerFailure, LedgerRefusal } from '../../../src/services/wallet/ledger';
import { LedgerOpenError } from '../../../src/services/wallet/open-error';
import { openForChange } from '../../../src/services/wallet/sqlite/open-file';
import { SqliteLedger } from '../../../src/services/wallet/sqlite/sqlite-ledger';
import { WalletConflict } from '../../../src/services/wallet/wallet-conflict';
import { listOf } from './support/engines';
import { skipUnlessSqlite } from './support/sqlite';

const LIST = [
  ['Dorgival', 10],
  ['Bezos', 1_000],
] as const;

describe('SqliteLedger', function () {
  this.timeout(10_000);
  let folder: string;
  let place: string;
  let opened: SqliteLedger[];
  /** Commits what is waiting; nothing else does. */
  let commit: () => void;
  let broken: LedgerFailure | undefined;

  before(async function () {
    await skipUnlessSqlite(this);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fio-ledger-'));
    place = join(folder, 'wallets.db');
    opened = [];
    broken = undefined;
    commit = () => undefined;
  });
  afterEach(() => {
    for (const ledger of opened) ledger.close();
    rmSync(folder, { recursive: true });
  });

  async function open(wallets: Iterable<readonly [string, number]> = []) {
    const file = await openForChange(place);
    const ledger = new SqliteLedger(file, {
      schedule: (run) => (commit = run),
      onBroken: (failure) => (broken = failure),
    });
    opened.push(ledger);
    const added = ledger.addWallets(wallets);
    return { ledger, file, added };
  }

  async function reopen(wallets: Iterable<readonly [string, number]> = []) {
    for (const ledger of opened.splice(0)) ledger.close();
    return open(wallets);
  }

  /** Whether a promise has settled after all that can run without a commit. */
  async function isSettled(promise: unknown): Promise<boolean> {
    let settled = false;
    void Promise.resolve(promise).then(
      () => (settled = true),
      () => (settled = true),
    );
    await new Promise((resolve) => setImmediate(resolve));
    return settled;
  }

  const errorOf = async (promise: unknown): Promise<unknown> => {
    try {
      await promise;
    } catch (error) {
      return error;
    }
    return undefined;
  };

  describe('opened again', () => {
    it('holds what it held', async () => {
      const { ledger } = await open(LIST);
      void ledger.createOrder('Dorgival', 4);
      expect(await listOf((await reopen()).ledger)).to.eql([
        ['Dorgival', 6],
        ['Bezos', 1_000],
      ]);
    });

    it('still has the orders that were not cashed', async () => {
      const { ledger } = await open(LIST);
      void ledger.createOrder('Dorgival', 4);
      const again = (await reopen()).ledger.transfer(1, 4, 'Bezos');
      commit();
      expect(await again).to.equal(0);
    });

    it('goes on with the numbers of the orders, also of those that were cashed', async () => {
      const { ledger } = await open(LIST);
      void ledger.createOrder('Dorgival', 4);
      void ledger.transfer(1, 4, 'Bezos');
      const order = (await reopen()).ledger.createOrder('Dorgival', 1);
      commit();
      expect(await order).to.eql({ status: 0, order: 2 });
    });

    it('is open again after its end', async () => {
      const { ledger } = await open(LIST);
      void ledger.createOrder('Dorgival', 4);
      expect(ledger.end()).to.equal(1);
      expect((await reopen()).ledger.end()).to.equal(1);
    });

    it('keeps what the wallets of the same list hold', async () => {
      const { ledger } = await open(LIST);
      void ledger.createOrder('Dorgival', 4);
      const again = await reopen(LIST);
      expect(again.added).to.eql({ added: 0, kept: 2 });
      expect(again.ledger.readBalance('Dorgival')).to.equal(6);
    });

    it('adds the wallets that it does not have', async () => {
      await open(LIST);
      const { ledger, added } = await reopen([...LIST, ['Livraria', 3]]);
      expect([added, ledger.readBalance('Livraria')]).to.eql([{ added: 1, kept: 2 }, 3]);
    });

    it('refuses a list that gives a wallet another balance, and adds none of it', async () => {
      await open(LIST);
      const list = [
        ['Livraria', 3],
        ['Bezos', 999],
      ] as const;
      expect(await errorOf(reopen(list))).to.be.an.instanceOf(WalletConflict);
      const { ledger } = await reopen();
      expect([ledger.readBalance('Livraria'), ledger.readBalance('Bezos')]).to.eql([-1, 1_000]);
    });
  });

  describe('the file', () => {
    it('is refused to a second process, which is told what to do', async () => {
      await open(LIST);
      expect(String(await errorOf(openForChange(place)))).to.match(
        /another process has the ledger .*wallets\.db: end it first/,
      );
    });

    it('is refused when it is something else', async () => {
      writeFileSync(place, 'Dorgival 10\n'.repeat(100));
      expect(await errorOf(openForChange(place))).to.be.an.instanceOf(LedgerOpenError);
    });

    it('is refused when it is a database of something else, and left as it is', async () => {
      const { default: Database } = await import('better-sqlite3');
      const other = new Database(place);
      other.exec('CREATE TABLE songs (title TEXT)');
      other.close();
      expect(await errorOf(openForChange(place))).to.be.an.instanceOf(LedgerOpenError);
    });

    it('is refused in a folder that is not there', async () => {
      const error = await errorOf(openForChange(join(folder, 'nowhere', 'wallets.db')));
      expect(error).to.be.an.instanceOf(LedgerOpenError);
    });

    it('refuses to change or remove a line of the journal', async () => {
      const { file } = await open(LIST);
      for (const sql of ['UPDATE movement SET amount = 1', 'DELETE FROM movement']) {
        expect(() => file.database.exec(sql)).to.throw('the journal is only added to');
      }
    });

    it('refuses a balance below 0 and one above 2^53 - 1', async () => {
      const { file } = await open(LIST);
      for (const balance of ['-1', '9007199254740992']) {
        expect(() => file.database.exec(`UPDATE wallet SET balance = ${balance}`)).to.throw(
          'CHECK constraint failed',
        );
      }
    });
  });

  describe('group commit', () => {
    it('answers only when the change is committed', async () => {
      const { ledger } = await open(LIST);
      const order = ledger.createOrder('Dorgival', 4);
      expect(await isSettled(order)).to.equal(false);
      commit();
      expect(await order).to.eql({ status: 0, order: 1 });
    });

    it('shows a change to who only looks when it is committed', async () => {
      const { ledger } = await open(LIST);
      const order = ledger.createOrder('Dorgival', 4);
      const balance = ledger.readBalance('Dorgival');
      expect(await isSettled(balance)).to.equal(false);
      commit();
      expect([await order, await balance]).to.eql([{ status: 0, order: 1 }, 6]);
    });

    it('answers a reading at once when nothing waits', async () => {
      const { ledger } = await open(LIST);
      expect(ledger.readBalance('Dorgival')).to.equal(10);
    });

    it('commits what came in one turn with one transaction', async () => {
      const { ledger, file } = await open(LIST);
      const orders = Array.from({ length: 100 }, async () => ledger.createOrder('Bezos', 1));
      const { default: Database } = await import('better-sqlite3');
      const other = new Database(place, { readonly: true });
      const seen = other.prepare('SELECT count(*) FROM pending_order').pluck();
      const before = seen.get();
      commit();
      const after = seen.get();
      other.close();
      expect([before, after, file.database.inTransaction]).to.eql([0, 100, false]);
      expect((await Promise.all(orders)).map(({ order }) => order)).to.eql(
        orders.map((_, index) => index + 1),
      );
    });

    it('tells of a change when it is committed, once for each wallet', async () => {
      const { ledger } = await open(LIST);
      const told: unknown[] = [];
      ledger.onChange = (wallet, balance) => told.push([wallet, balance]);
      for (const value of [1, 2, 3]) void ledger.createOrder('Dorgival', value);
      expect(told).to.eql([]);
      commit();
      expect(told).to.eql([['Dorgival', 4]]);
    });

    it('refuses what may not be done together with what was done before it', async () => {
      const { ledger } = await open([
        ['Full', Number.MAX_SAFE_INTEGER],
        ['Other', 1],
      ]);
      const order = ledger.createOrder('Other', 1);
      const refused = errorOf(ledger.transfer(1, 1, 'Full'));
      expect(await isSettled(refused)).to.equal(false);
      commit();
      expect(await order).to.eql({ status: 0, order: 1 });
      expect(await refused).to.be.an.instanceOf(LedgerRefusal);
    });

    it('undoes the whole batch when one effect fails, and goes on', async () => {
      const { ledger, file } = await open(LIST);
      // Stands for what a disk can do: the second order of the batch cannot be written.
      file.database.exec(
        `CREATE TRIGGER bad BEFORE INSERT ON pending_order WHEN NEW.value = 7
         BEGIN SELECT RAISE(ABORT, 'no'); END`,
      );
      const failures = [ledger.createOrder('Bezos', 1), ledger.createOrder('Bezos', 7)].map(
        errorOf,
      );
      commit();
      for (const error of await Promise.all(failures)) {
        expect(error).to.be.an.instanceOf(LedgerFailure).with.property('effect', 'undone');
      }
      const next = ledger.createOrder('Bezos', 2);
      commit();
      expect(await next).to.eql({ status: 0, order: 1 });
      expect(ledger.readBalance('Bezos')).to.equal(998);
    });

    it('reads what is there when the batch that it waited for is undone', async () => {
      const { ledger, file } = await open(LIST);
      file.database.exec(
        `CREATE TRIGGER bad BEFORE UPDATE ON wallet BEGIN SELECT RAISE(ABORT, 'no'); END`,
      );
      const undone = errorOf(ledger.createOrder('Bezos', 1));
      const balance = ledger.readBalance('Bezos');
      const movements = ledger.statement('Bezos', Number.MAX_SAFE_INTEGER, 9);
      commit();
      expect(await undone).to.have.property('effect', 'undone');
      expect(await balance).to.equal(1_000);
      expect(await movements).to.have.length(1);
    });

    it('reads no more when nobody knows what is there', async () => {
      const { ledger, file } = await open(LIST);
      const lost = errorOf(ledger.createOrder('Bezos', 1));
      const balance = errorOf(ledger.readBalance('Bezos'));
      file.database.exec('ROLLBACK');
      commit();
      expect(await lost).to.have.property('effect', 'unknown');
      expect(await balance).to.have.property('effect', 'unknown');
    });

    it('says that it does not know when the commit fails, and then nothing more', async () => {
      const { ledger, file } = await open(LIST);
      const lost = errorOf(ledger.createOrder('Bezos', 1));
      // Whatever makes COMMIT fail: here there is nothing to commit any more.
      file.database.exec('ROLLBACK');
      commit();
      expect(await lost).to.have.property('effect', 'unknown');
      expect(broken).to.be.an.instanceOf(LedgerFailure);
      expect(await errorOf(ledger.createOrder('Bezos', 1))).to.be.an.instanceOf(LedgerFailure);
    });
  });
});
