import { type KeyedCall } from '../../rpc/index';

/** How many outcomes a durable ledger keeps; the oldest by their keys' time are forgotten first. */
export const OUTCOMES_MAX = 1_000_000;

/** An outcome that is kept, and what it belongs to. */
export interface Remembered {
  readonly hash: Uint8Array;
  readonly outcome: Uint8Array;
}

export function isSameHash({ argumentHash }: KeyedCall, { hash }: Remembered): boolean {
  return Buffer.compare(argumentHash, hash) === 0;
}

/** What a caller is kept under: '' for none, and no name is that, as each begins with '='. */
export function callerName({ caller }: KeyedCall): string {
  return caller === undefined ? '' : `=${caller}`;
}
