import { isDatabase, type OpenedLedger, openLedger } from '../../src/services/wallet/open-ledger';
import { WalletConflict } from '../../src/services/wallet/wallet-conflict';
import { takeSwitch, takeValue } from './flags';
import { type Lifetime } from './serving';
import { UsageError } from './program';
import { readWallets } from './wallet-io';

/** Where the ledger is kept, and how it numbers orders. */
export interface LedgerPlace {
  /** The program's other arguments. */
  readonly rest: readonly string[];
  /** A file or postgres://...; undefined for memory. */
  readonly place: string | undefined;
  readonly drawsOrders: boolean;
}

/**
 * Reads --ledger, or FIO_LEDGER in the environment, which shows no password in a list of processes.
 * @throws FlagError
 */
export function takeLedgerPlace(args: readonly string[]): LedgerPlace {
  const opaque = takeSwitch(args, '--opaque-orders');
  const { value, rest } = takeValue(opaque.rest, '--ledger', 'FILE or postgres://...');
  const inherited = process.env.FIO_LEDGER === '' ? undefined : process.env.FIO_LEDGER;
  return { rest, place: value ?? inherited, drawsOrders: opaque.isOn };
}

/**
 * Reads the wallets of standard input and opens the ledger. One that has some of them already
 * keeps what they hold, and says so on stderr; it gets the others.
 * @throws UsageError for a list that cannot be meant, LedgerOpenError
 */
export async function openPlace(
  { place, drawsOrders }: LedgerPlace,
  lifetime: Lifetime,
): Promise<OpenedLedger> {
  const wallets = await readWallets(process.stdin);
  const onBroken = (failure: Error) => lifetime.fail(failure);
  try {
    const opened = await openLedger({ place, wallets, drawsOrders, onBroken });
    if (opened.kept > 0) {
      process.stderr.write(
        `svc_banco: ${opened.kept} of ${wallets.size} wallets are in ${nameOf(place)} already and keep ` +
          `what they hold; ${opened.added} ${opened.added === 1 ? 'was' : 'were'} added\n`,
      );
    }
    return opened;
  } catch (error) {
    throw error instanceof WalletConflict ? new UsageError(error.message) : error;
  }
}

/** The address of a database may hold a password. */
function nameOf(place = ''): string {
  return isDatabase(place) ? 'the database' : place;
}
