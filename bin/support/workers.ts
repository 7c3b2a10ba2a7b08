import { isDatabase } from '../../src/services/wallet/open-ledger';
import type { Flags, OwnFlags } from './flags';
import { FlagError } from './program';

/** The flag by which a server is told on how many processes it runs. */
export const WORKER_FLAGS: OwnFlags = { '--workers': 'NUMBER' };

const WORKERS_MAX = 256;

/**
 * On how many processes; 1 without the flag.
 * @throws FlagError
 */
export function workersOf(flags: Flags['values']): number {
  const text = flags.get('--workers') ?? '1';
  const workers = Number(text);
  if (!/^\d{1,3}$/.test(text) || workers < 1 || workers > WORKERS_MAX) {
    throw new FlagError(`--workers is a whole number from 1 to ${WORKERS_MAX}, not '${text}'`);
  }
  return workers;
}

/**
 * Refuses several workers, each of which would keep wallets of its own.
 * @throws FlagError
 */
export function requireSharedLedger(workers: number, place: string | undefined): void {
  if (workers === 1 || (place !== undefined && isDatabase(place))) return;
  throw new FlagError(
    place === undefined
      ? `${workers} workers cannot share a ledger in memory: each would have money of its own; ` +
          'give them a database, --ledger postgres://..., or use one worker'
      : `${workers} workers cannot share the file ${place}: a ledger in a file is for one process; ` +
          'give them a database, --ledger postgres://..., or use one worker',
  );
}
