import type Sqlite from 'better-sqlite3';
import { OutcomeRecords, type KeyedCall } from '../../../rpc/index';
import { OUTCOME_BATCHES, SCHEMA_VERSION } from './schema';

/** Rows of version 1 in a row of version 2. */
const PAGE_ROWS = 1_000;

type Row = [
  key: Buffer,
  caller: string,
  service: number,
  method: number,
  hash: Buffer,
  outcome: Buffer,
];

/**
 * Makes a ledger of version 1, which had a row for each outcome of a keyed call, one of this version:
 * as a whole or not at all. Of the arguments it knows the hashes only.
 */
export function migrate(database: Sqlite.Database): void {
  database.transaction(() => {
    database.exec(OUTCOME_BATCHES);
    const add = database.prepare('INSERT INTO outcome_batch VALUES (?, ?)');
    const read = database
      .prepare(
        `SELECT key, caller, service, method, hash, outcome FROM outcome
         WHERE (key, caller, service, method) > (?, ?, ?, ?)
         ORDER BY key, caller, service, method LIMIT ${PAGE_ROWS}`,
      )
      .raw();
    const records = new OutcomeRecords();
    let last: readonly unknown[] = [Buffer.alloc(0), '', 0, 0];
    for (;;) {
      const page = read.all(...last) as Row[];
      const newest = page.at(-1);
      if (newest === undefined) break;
      for (const row of page) records.add(callOf(row), row[5]);
      add.run(newest[0].readUIntBE(0, 6), records.take());
      last = newest.slice(0, 4);
    }
    database.exec(`DROP TABLE outcome; PRAGMA user_version = ${SCHEMA_VERSION}`);
  })();
}

function callOf([key, caller, service, method, argumentHash]: Row): KeyedCall {
  // '' for none, else behind a '='.
  return {
    caller: caller === '' ? undefined : caller.slice(1),
    service,
    method,
    key,
    argumentHash,
  };
}
