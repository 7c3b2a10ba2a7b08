import {
  EVERYBODY,
  NO_STATEMENTS,
  ownersOnly,
  type WalletAccess,
} from '../../src/services/wallet/access';
import { isDatabase, type OpenedLedger, openLedger } from '../../src/services/wallet/open-ledger';
import { WalletConflict } from '../../src/services/wallet/wallet-conflict';
import { type Flags, type OwnFlags } from './flags';
import { ADMIN } from './owners';
import { type Security } from './security';
import { type Lifetime } from './serving';
import { FlagError, UsageError } from './program';
import { readWallets } from './wallet-io';

/** The flags by which a wallet server is told where its ledger is, and how it numbers orders. */
export const LEDGER_FLAGS: OwnFlags = {
  '--ledger': 'FILE or postgres://...',
  '--opaque-orders': '',
  '--outcomes': 'NUMBER',
  '--tokens': 'FILE',
};

const OUTCOMES_MIN = 1_000;
const OUTCOMES_MAX = 1_000_000_000;

/** Where the ledger is: what --ledger names, or FIO_LEDGER; undefined for one in memory. */
export function placeOf(flags: Flags['values']): string | undefined {
  const inherited = process.env.FIO_LEDGER === '' ? undefined : process.env.FIO_LEDGER;
  return flags.get('--ledger') ?? inherited;
}

/**
 * How many outcomes of keyed calls a durable ledger remembers; undefined without the flag.
 * @throws FlagError
 */
function outcomesOf(flags: Flags['values']): number | undefined {
  const text = flags.get('--outcomes');
  if (text === undefined) return undefined;
  if (placeOf(flags) === undefined) {
    throw new FlagError('--outcomes is for a ledger that is kept: it needs --ledger');
  }
  const number = Number(text);
  if (!/^\d{4,10}$/.test(text) || number < OUTCOMES_MIN || number > OUTCOMES_MAX) {
    const range = `from ${OUTCOMES_MIN} to ${OUTCOMES_MAX}`;
    throw new FlagError(`--outcomes is a whole number ${range}, not '${text}'`);
  }
  return number;
}

/** Who may do what with wallets, as the flags say. */
export function accessOf({ values, owners }: Security): WalletAccess {
  if (owners !== undefined) return ownersOnly(ADMIN);
  return values.has('--opaque-orders') ? NO_STATEMENTS : EVERYBODY;
}

/**
 * Reads the wallets of standard input and opens the ledger that --ledger names, or FIO_LEDGER in
 * the environment, which shows no password in a list of processes. One that has some of the wallets
 * already keeps what they hold, and says so on stderr; it gets the others.
 * @param options.hasWallets false for one of several workers: another process has read the list
 * @throws UsageError for a list that cannot be meant, LedgerOpenError
 */
export async function openPlace(
  flags: Flags['values'],
  lifetime: Lifetime,
  { hasWallets }: { readonly hasWallets: boolean },
): Promise<OpenedLedger> {
  const place = placeOf(flags);
  const drawsOrders = flags.has('--opaque-orders');
  const outcomesMax = outcomesOf(flags);
  const wallets = hasWallets ? await readWallets(process.stdin) : new Map<string, number>();
  const onBroken = (failure: Error) => lifetime.fail(failure);
  try {
    const opened = await openLedger({ place, wallets, drawsOrders, outcomesMax, onBroken });
    if (opened.kept > 0) {
      process.stderr.write(
        `svc_banco: ${opened.kept} of ${wallets.size} wallets are in ${nameOf(place)} already ` +
          `and keep what they hold; ${opened.added} ${opened.added === 1 ? 'was' : 'were'} added\n`,
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
