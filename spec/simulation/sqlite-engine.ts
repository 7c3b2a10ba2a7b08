import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Driver from 'better-sqlite3';
import type { Ledger } from '../../src/services/wallet/ledger';
import type { LedgerFile } from '../../src/services/wallet/sqlite/open-file';
import { SCHEMA } from '../../src/services/wallet/sqlite/schema';
import { SqliteLedger } from '../../src/services/wallet/sqlite/sqlite-ledger';
import type { LedgerRecord, Line } from './disk';
import type { Engine } from './engine';
import type { SimulatedProcess } from './simulated-process';

/** Where files are quick: what is committed is there for good, as only the process ends. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export interface SqliteEngineOptions {
  /** How long a batch gathers. */
  readonly gatherMs: number;
  readonly outcomesMax: number;
}

/**
 * The ledger in a file as it is, with its group commit. A process that ends leaves its open
 * transaction, and that is undone; what SQLite does with a disk is not simulated.
 */
export class SqliteEngine implements Engine {
  syncs = 0;
  private readonly folder = mkdtempSync(join(PLACE, 'fio-simulated-'));
  private readonly file = join(this.folder, 'wallets.db');
  private opened: LedgerFile | undefined;
  private committed = 0;

  constructor(
    private readonly options: SqliteEngineOptions,
    wallets: readonly string[],
    opening: number,
  ) {
    const file = this.openFile();
    file.database.pragma('journal_mode = WAL');
    file.database.exec(SCHEMA);
    new SqliteLedger(file).addWallets(wallets.map((name) => [name, opening]));
    this.look();
  }

  get synced(): number {
    if (this.opened?.database.inTransaction === false) this.look();
    return this.committed;
  }

  records(): readonly LedgerRecord[] {
    const { database } = this.opened ?? this.openFile();
    const rows = database
      .prepare(
        `SELECT name AS wallet, kind, order_number AS "order", amount, movement.balance AS balance,
           at_ms AS atMs, sequence
         FROM movement JOIN wallet ON wallet.id = movement.wallet ORDER BY sequence`,
      )
      .all() as (Line & { readonly sequence: number })[];
    const records: LedgerRecord[] = [];
    for (const { sequence, ...line } of rows) {
      // A gap is a record without a line.
      while (records.length < sequence - 1) records.push({ lines: [], kept: [] });
      records.push({ lines: [line], kept: [] });
    }
    return records;
  }

  open(process: SimulatedProcess, onBroken: () => void): Ledger {
    const { gatherMs, outcomesMax } = this.options;
    return new SqliteLedger(this.opened ?? this.openFile(), {
      now: () => process.wallClock(),
      outcomesMax,
      onBroken: () => {
        if (process.isAlive) onBroken();
      },
      schedule: (commit) =>
        void process.setTimer(gatherMs * process.random(), () => {
          commit();
          this.syncs += 1;
          this.look();
        }),
    });
  }

  onServerEnd(): void {
    this.opened?.close();
    this.opened = undefined;
    this.openFile();
  }

  calmDown(): void {
    // It does not fail by itself.
  }

  remove(): void {
    this.opened?.close();
    rmSync(this.folder, { recursive: true });
  }

  private openFile(): LedgerFile {
    const database = new Driver(this.file);
    database.pragma('synchronous = OFF');
    return (this.opened = { database, close: () => database.close() });
  }

  private look(): void {
    const last = this.opened?.database.prepare('SELECT max(sequence) FROM movement').pluck().get();
    this.committed = last as number;
  }
}
