/** What became of a list of wallets. */
export interface Added {
  /** These are new. */
  added: number;
  /** These were there already, from the same list, and hold what they hold. */
  kept: number;
}

/**
 * A list says that a wallet begins with a balance, and the ledger says that it began with another:
 * nothing has been added. Whoever wrote the list wants something else than to start again.
 */
export class WalletConflict extends Error {
  override readonly name = 'WalletConflict';

  constructor(wallet: string, opening: number, value: number) {
    super(
      `the ledger has a wallet '${wallet}' that began with ${opening}, and the list says ${value}: ` +
        'take it off the list to keep what the ledger has, or choose another ledger',
    );
  }
}
