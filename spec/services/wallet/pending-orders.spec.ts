import { expect } from 'chai';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openForChange, type LedgerFile } from '../../../src/services/wallet/sqlite/open-file';
import { PendingOrders } from '../../../src/services/wallet/sqlite/pending-orders';
import { skipUnlessSqlite } from './support/sqlite';

/** Few numbers, so that one comes again when it was cashed, as a number that is drawn may. */
const number = fc.integer({ min: 1, max: 80 });
const step = fc.oneof(
  { weight: 60, arbitrary: fc.record({ kind: fc.constant('change' as const), number }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('commit' as const), number }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rollback' as const), number }) },
);

describe('PendingOrders', function () {
  this.timeout(20_000);
  let folder: string;
  let file: LedgerFile;

  before(async function () {
    await skipUnlessSqlite(this);
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fio-orders-'));
    file = await openForChange(join(folder, 'wallets.db'));
  });
  afterEach(() => {
    file.close();
    rmSync(folder, { recursive: true });
  });

  it('is a Map of what was written, and of what is to be', () => {
    const { database } = file;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        database.exec('DELETE FROM pending_order; BEGIN');
        const orders = new PendingOrders(database);
        let written = new Map<number, number>();
        let twin = new Map<number, number>();
        const table = () =>
          database.prepare('SELECT number, value FROM pending_order ORDER BY number').raw().all();
        for (const [i, { kind, number: one }] of steps.entries()) {
          if (kind === 'commit') {
            orders.write();
            database.exec('COMMIT; BEGIN');
            written = new Map(twin);
            expect(table()).to.eql([...twin].sort(([a], [b]) => a - b));
            expect(orders.count()).to.equal(twin.size);
          } else if (kind === 'rollback') {
            orders.forget();
            database.exec('ROLLBACK; BEGIN');
            twin = new Map(written);
          } else {
            expect(orders.get(one)).to.equal(twin.get(one));
            if (twin.delete(one)) orders.remove(one);
            else {
              twin.set(one, i);
              orders.add(one, i);
            }
          }
        }
        database.exec('ROLLBACK');
      }),
      { numRuns: 60 },
    );
  });

  it('is an error to remove one that is not there', () => {
    const orders = new PendingOrders(file.database);
    orders.remove(7);
    expect(() => orders.write()).to.throw('1 rows were to change, and 0 have');
  });
});
