import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ledger } from '../../../../src/services/wallet/ledger';
import { openLedger } from '../../../../src/services/wallet/open-ledger';
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

/** Closes ledgers, and whatever else a test has opened, in turn. */
class Opened {
  readonly #closers: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#closers.push(close);
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
    async open(balances) {
      const { ledger } = await openLedger({ place: undefined, wallets: balances });
      return ledger;
    },
    clear: () => opened.clear(),
  };
}

function sqlite(): Engine {
  const opened = new Opened();
  return {
    name: 'SQLite',
    timeoutMs: 20_000,
    numRuns: 20,
    prepare: skipUnlessSqlite,
    async open(balances) {
      const folder = mkdtempSync(join(tmpdir(), 'fio-ledger-'));
      opened.add(() => rmSync(folder, { recursive: true }));
      const place = join(folder, 'wallets.db');
      const { ledger } = await openLedger({ place, wallets: balances });
      opened.add(() => ledger.close());
      return ledger;
    },
    clear: () => opened.clear(),
  };
}

function postgres(): Engine {
  const opened = new Opened();
  return {
    name: 'PostgreSQL',
    timeoutMs: 30_000,
    numRuns: 10,
    prepare: skipUnlessPostgres,
    async open(balances) {
      const place = sharedCluster().newPlace();
      const { ledger } = await openLedger({ place, wallets: balances });
      opened.add(() => ledger.close());
      return ledger;
    },
    clear: () => opened.clear(),
  };
}

export const ENGINES: readonly Engine[] = [memory(), sqlite(), postgres()];

/** What balances() shows, whether or not it has to be waited for. */
export async function listOf(ledger: Ledger): Promise<[string, number][]> {
  const list: [string, number][] = [];
  for await (const [name, value] of ledger.balances()) list.push([name, value]);
  return list;
}
