/** A ledger that cannot be opened; the text says why and what to do. */
export class LedgerOpenError extends Error {
  override readonly name = 'LedgerOpenError';
}
