// The data that every peer serves: 1000 wallets with names of 15 characters.

export const WALLET_COUNT = 1_000;

/** Flat strings, as a program has them that read them from somewhere: not ropes of two parts. */
export const WALLETS: readonly string[] = Array.from({ length: WALLET_COUNT }, (_, i) =>
  Buffer.from(`wallet-${String(i).padStart(8, '0')}`, 'latin1').toString('latin1'),
);

/** What wallet `i` holds: beyond 2^32, so that both halves of an int64 are at work. */
export function balanceOf(i: number): number {
  return 5_000_000_000 + i * 7;
}

export const BALANCES: ReadonlyMap<string, number> = new Map(
  WALLETS.map((wallet, i) => [wallet, balanceOf(i)]),
);
