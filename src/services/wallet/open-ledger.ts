import { type Ledger, type LedgerFailure } from './ledger';
import { MemoryLedger } from './memory-ledger';
import { drawn } from './order-numbers';
import type * as connections from './postgres/connections';
import type * as postgres from './postgres/postgres-ledger';
import type * as files from './sqlite/open-file';
import type * as sqlite from './sqlite/sqlite-ledger';
import { type Added } from './wallet-conflict';

export interface OpenLedgerOptions {
  /** The path of a file, or postgres://...; undefined for a ledger in memory. */
  readonly place: string | undefined;
  /** Wallets to begin with, or to add. */
  readonly wallets: Iterable<readonly [string, number]>;
  /** Order numbers that cannot be guessed, instead of 1, 2, 3 ... */
  readonly drawsOrders?: boolean;
  /** How many outcomes of keyed calls a durable ledger remembers; default 1 000 000. */
  readonly outcomesMax?: number | undefined;
  /** Nothing more can be done with the ledger: the process had better end. */
  readonly onBroken?: (failure: LedgerFailure) => void;
}

/** A ledger that is open, and what became of the wallets that it was given. */
export interface OpenedLedger extends Added {
  readonly ledger: Ledger;
}

/** Whether a place is the address of a database, and not the name of a file. */
export function isDatabase(place: string): boolean {
  return /^postgres(ql)?:\/\//.test(place);
}

/**
 * Opens a ledger, wherever it is kept.
 * @throws LedgerOpenError when that cannot be opened, WalletConflict when the ledger says otherwise
 *   of a wallet than the list; nothing is open then, and nothing has been added
 */
export async function openLedger(options: OpenLedgerOptions): Promise<OpenedLedger> {
  const { place, wallets, drawsOrders, outcomesMax, onBroken } = options;
  const drawOrder = drawsOrders === true ? drawn() : undefined;
  if (place === undefined) {
    const orderNumbers = drawOrder && { orderNumbers: drawOrder };
    return { ledger: new MemoryLedger(wallets, orderNumbers), added: 0, kept: 0 };
  }
  const ledger = isDatabase(place)
    ? await openDatabase(place, { drawOrder, outcomesMax })
    : await openFile(place, { drawOrder, outcomesMax, onBroken });
  try {
    return { ledger, ...(await ledger.addWallets(wallets)) };
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

// Who keeps wallets in memory does not pay for loading the others. Not import(): it needs the extension
// of the compiled file, which is not there when the sources are run as they are.
/* eslint-disable @typescript-eslint/no-require-imports */

async function openDatabase(address: string, options: postgres.PostgresLedgerOptions) {
  const { connectTo } = require('./postgres/connections') as typeof connections;
  const { CONNECTIONS_MAX, PostgresLedger } =
    require('./postgres/postgres-ledger') as typeof postgres;
  return new PostgresLedger(
    await connectTo(address, CONNECTIONS_MAX + 1, { creates: true }),
    options,
  );
}

async function openFile(path: string, options: sqlite.SqliteLedgerOptions) {
  const { openForChange } = require('./sqlite/open-file') as typeof files;
  const { SqliteLedger } = require('./sqlite/sqlite-ledger') as typeof sqlite;
  return new SqliteLedger(await openForChange(path), options);
}
