import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyedCall } from '../../../src/rpc/index';
import { Argument } from '../../../src/rpc/server/argument';
import { KeyedRequest } from '../../../src/rpc/server/keyed-request';
import { auditPlace } from '../../../src/services/wallet/audit-place';
import { openForChange, type LedgerFile } from '../../../src/services/wallet/sqlite/open-file';
import { SqliteLedger } from '../../../src/services/wallet/sqlite/sqlite-ledger';
import { skipUnlessSqlite } from './support/sqlite';

/** As version 1 had it. */
const TABLE_OF_VERSION_1 = `
DROP TABLE outcome_batch;
CREATE TABLE outcome (
  key BLOB NOT NULL CHECK (length(key) = 16),
  caller TEXT NOT NULL,
  service INTEGER NOT NULL,
  method INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  outcome BLOB NOT NULL,
  PRIMARY KEY (key, caller, service, method)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
`;

function call(number: number, caller?: string, argument = 'one'): KeyedRequest {
  const key = Buffer.alloc(16);
  key.writeUIntBE(1_000 + number, 0, 6);
  const bytes = Buffer.from(argument);
  return new KeyedRequest(caller, 1, 2, key, Argument.of(bytes, 0, bytes.length));
}

describe('SqliteOutcomes', function () {
  this.timeout(20_000);
  let folder: string;
  let place: string;
  let file: LedgerFile;
  let ledger: SqliteLedger;
  let commit: () => void;

  before(async function () {
    await skipUnlessSqlite(this);
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fio-outcomes-'));
    place = join(folder, 'wallets.db');
    await open();
    ledger.addWallets([['Bezos', 1_000]]);
  });
  afterEach(() => {
    ledger.close();
    rmSync(folder, { recursive: true });
  });

  async function open(outcomesMax?: number): Promise<void> {
    file = await openForChange(place);
    ledger = new SqliteLedger(file, { schedule: (run) => (commit = run), outcomesMax });
  }
  async function reopen(outcomesMax?: number): Promise<void> {
    ledger.close();
    await open(outcomesMax);
  }

  /** Makes an order; a repeat does not, and is told the same number. */
  function order(one: KeyedCall): Promise<string> {
    const transacted = ledger.outcomes.transact(one, () => {
      const made = ledger.createOrder('Bezos', 1) as { order: number };
      return { bytes: Buffer.from(`order ${made.order}`), isRemembered: true };
    });
    return Promise.resolve(transacted).then((found) =>
      typeof found === 'object' ? Buffer.from(found.outcome).toString() : found,
    );
  }
  async function ordered(one: KeyedCall): Promise<string> {
    const number = order(one);
    commit();
    return number;
  }

  it('remembers nothing of a batch that is undone', async () => {
    file.database.exec(
      `CREATE TRIGGER bad BEFORE INSERT ON movement BEGIN SELECT RAISE(ABORT, 'no'); END`,
    );
    const undone = order(call(1)).catch(String);
    commit();
    expect(await undone).to.match(/cannot be written/);
    file.database.exec('DROP TRIGGER bad');
    expect(await ordered(call(1))).to.equal('order 1');
    await reopen();
    expect(await ordered(call(1))).to.equal('order 1');
  });

  it('answers a repeat in the same batch', async () => {
    const both = [order(call(1)), order(call(1))];
    commit();
    expect(await Promise.all(both)).to.eql(['order 1', 'order 1']);
  });

  it('takes away what was forgotten, with the next that is remembered', async () => {
    await reopen(3);
    for (const number of [1, 2, 3, 4, 5]) await ordered(call(number));
    const rows = file.database.prepare('SELECT count(*) FROM outcome_batch').pluck().get();
    expect([rows, await ordered(call(2)), await ordered(call(3))]).to.eql([
      4,
      'forgotten',
      'order 3',
    ]);
  });

  it('has of two in a row the one that is not forgotten', async () => {
    const both = [order(call(1)), order(call(9))];
    commit();
    await Promise.all(both);
    await reopen(1);
    await ordered(call(10));
    await reopen(1);
    expect([await ordered(call(9)), await ordered(call(10))]).to.eql(['forgotten', 'order 3']);
  });

  it('knows what a ledger of version 1 remembers', async () => {
    file.database.exec(TABLE_OF_VERSION_1);
    const add = file.database.prepare('INSERT INTO outcome VALUES (?, ?, ?, ?, ?, ?)');
    const calls = Array.from({ length: 2_500 }, (_, i) => call(i, i % 2 === 0 ? undefined : 'ana'));
    file.database.exec('BEGIN');
    for (const [i, { key, caller, service, method, argumentHash }] of calls.entries()) {
      const kept = caller === undefined ? '' : `=${caller}`;
      add.run(key, kept, service, method, Buffer.from(argumentHash), Buffer.from(`order ${i}`));
    }
    file.database.exec('COMMIT');
    ledger.close();
    expect((await auditPlace(place)).differences).to.eql([]);
    await open();
    const found = calls.map((one) => order(one));
    commit();
    expect(await Promise.all(found)).to.eql(calls.map((_, i) => `order ${i}`));
    expect(await ordered(call(0, undefined, 'another'))).to.equal('other-arguments');
    expect(await ordered(call(0, 'ana'))).to.equal('order 1');
  });
});
