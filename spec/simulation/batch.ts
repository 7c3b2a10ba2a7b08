import type { LedgerFailure } from '../../src/services/wallet/ledger';
import type { LedgerRecord } from './disk';

/** What is written and synced together, and who waits for it. */
export class Batch {
  readonly records: LedgerRecord[] = [];
  /** What each wallet holds that was changed. */
  readonly changed = new Map<string, number>();
  readonly committed: Promise<void>;
  settle: (failure?: LedgerFailure) => void = () => undefined;

  constructor() {
    this.committed = new Promise((resolve, reject) => {
      this.settle = (failure) => (failure === undefined ? resolve() : reject(failure));
    });
    // Whoever has an effect in it waits by a promise of its own; there may be nobody.
    this.committed.catch(() => undefined);
  }

  add(record: LedgerRecord): void {
    if (record.lines.length + record.kept.length === 0) return;
    this.records.push(record);
    for (const { wallet, balance } of record.lines) this.changed.set(wallet, balance);
  }
}
