import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ledger } from '../../../../src/services/wallet/ledger';
import { openLedger } from '../../../../src/services/wallet/open-ledger';
import { connectTo } from '../../../../src/services/wallet/postgres/connections';
import { sharedCluster, skipUnlessPostgres } from '../../../support/postgres';
import { skipUnlessSqlite } from './sqlite';

export type Balances = readonly (readonly [string, number])[];

/** A kind of ledger that the same specs run over. */
export interface Engine {
  readonly name: string;
  readonly timeoutMs: number;
  /** How many random cases of each kind. */
  readonly numRuns: number;
  /** Skips the suite where what it needs is not installed; fails when CI=true. */
  prepare(context: Mocha.Context): void | Promise<void>;
  /** A new ledger of its own. */
  open(balances: Balances): Promise<Ledger>;
  /** Closes what open() has opened. */
  clear(): Promise<void>;
}

/** One that outlives its process. */
export interface DurableEngine extends Engine {
  /** Where a ledger can be, and none is yet. */
  newPlace(): string;
  openAt(place: string, balances: Balances): Promise<Ledger>;
  /** Does to the tables what the ledger never would. */
  tamper(place: string, sql: string): Promise<void>;
  /** Changes a line of the journal, which is forbidden, of 'Bezos', who is the first wallet. */
  readonly forgery: string;
}

const FORGED = 'UPDATE movement SET amount = amount + 1 WHERE wallet = 1 AND order_number = 2';

/** Closes ledgers, and whatever else a test has opened, in turn. */
class Opened {
  readonly #closers: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  async open(place: string | undefined, wallets: Balances): Promise<Ledger> {
    const { ledger } = await openLedger({ place, wallets });
    this.add(() => ledger.close());
    return ledger;
  }

  async clear(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

function memory(): Engine {
  const opened = new Opened();
  return {
    name: 'memory',
    timeoutMs: 5_000,
    numRuns: 300,
    prepare: () => undefined,
    open: (balances) => opened.open(undefined, balances),
    clear: () => opened.clear(),
  };
}

function sqlite(): DurableEngine {
  const opened = new Opened();
  const newPlace = () => {
    const folder = mkdtempSync(join(tmpdir(), 'fio-ledger-'));
    opened.add(() => rmSync(folder, { recursive: true }));
    return join(folder, 'wallets.db');
  };
  return {
    name: 'SQLite',
    timeoutMs: 20_000,
    numRuns: 20,
    prepare: skipUnlessSqlite,
    newPlace,
    open: (balances) => opened.open(newPlace(), balances),
    openAt: (place, balances) => opened.open(place, balances),
    clear: () => opened.clear(),
    forgery: `DROP TRIGGER movement_stays; ${FORGED}`,
    async tamper(place, sql) {
      const { default: Database } = await import('better-sqlite3');
      const database = new Database(place);
      database.exec(sql);
      database.close();
    },
  };
}

function postgres(): DurableEngine {
  const opened = new Opened();
  const newPlace = () => sharedCluster().newPlace();
  return {
    name: 'PostgreSQL',
    timeoutMs: 30_000,
    numRuns: 10,
    prepare: skipUnlessPostgres,
    newPlace,
    open: (balances) => opened.open(newPlace(), balances),
    openAt: (place, balances) => opened.open(place, balances),
    clear: () => opened.clear(),
    forgery: `DROP TRIGGER movement_stays ON movement; ${FORGED}`,
    async tamper(place, sql) {
      const connections = await connectTo(place, 1, { creates: false });
      const connection = await connections.connect();
      await connection.query(sql);
      connection.release();
      await connections.end();
    },
  };
}

export const DURABLE_ENGINES: readonly DurableEngine[] = [sqlite(), postgres()];
export const ENGINES: readonly Engine[] = [memory(), ...DURABLE_ENGINES];

/** What balances() shows, whether or not it has to be waited for. */
export async function listOf(ledger: Ledger): Promise<[string, number][]> {
  const list: [string, number][] = [];
  for await (const [name, value] of ledger.balances()) list.push([name, value]);
  return list;
}
