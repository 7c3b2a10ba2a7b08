import { whenGathered } from '../gathering';
import { LedgerFailure } from '../ledger';
import { type Database } from './open-file';

/** What a transaction needs from those whose effects it holds. */
export interface GroupCommitOptions {
  /** Grows with whatever an effect writes. */
  readonly written: () => number;
  /** The effects of a batch are all there: the last writes of the transaction. */
  readonly beforeCommit: () => void;
  /** They are on disk; the promises of the batch settle right after. */
  readonly afterCommit: () => void;
  /** They are gone, as if they had never been. */
  readonly afterRollback: () => void;
  /** Nothing more can be done with the ledger. */
  readonly onBroken: (failure: LedgerFailure) => void;
  /** When to commit what has that size: after what runs now; given from outside in tests. */
  readonly schedule?: (commit: () => void, size: () => number) => void;
}

/** Reads, or is told why it cannot. */
type Reading = (broken: LedgerFailure | undefined) => void;

/** One transaction, and who waits for its commit. */
class Batch {
  readonly committed: Promise<void>;
  /** Made when it is over, whichever way: of what is on disk then. */
  readonly readings: Reading[] = [];
  settle: (error?: LedgerFailure) => void = () => undefined;
  isOver = false;
  effects = 0;

  constructor() {
    this.committed = new Promise((resolve, reject) => {
      this.settle = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Whoever has an effect in it waits by a promise of its own; there may be nobody.
    this.committed.catch(() => undefined);
  }
}

/**
 * Many effects, one transaction, one fsync: however many calls have come while the last fsync ran,
 * and those that come right behind. Nobody is answered before it is over.
 *
 * An effect is synchronous and either happens or throws before it has written: then only its own
 * caller is told. One that fails in between, which only the disk or a mistake can cause, takes its
 * batch with it: `undone`.
 */
export class GroupCommit {
  #batch: Batch | undefined;
  #isInEffect = false;
  #broken: LedgerFailure | undefined;
  readonly #begin;
  readonly #commit;
  readonly #schedule;

  constructor(
    private readonly database: Database,
    private readonly options: GroupCommitOptions,
  ) {
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#schedule = options.schedule ?? ((commit, size) => whenGathered(size, commit));
  }

  /**
   * Runs an effect in the batch.
   * @returns what it returns, once that is on disk; inside another effect at once, as its part
   * @throws LedgerFailure, or what the effect throws (by the promise; at once inside another effect)
   */
  run<T>(effect: () => T): T | Promise<T> {
    if (this.#isInEffect) return effect();
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    let batch: Batch;
    try {
      batch = this.#batch ??= this.#open();
    } catch (error) {
      return Promise.reject(undone(error));
    }
    batch.effects++;
    this.#isInEffect = true;
    const writtenBefore = this.options.written();
    try {
      const result = effect();
      return batch.committed.then(() => result);
    } catch (error) {
      if (this.options.written() === writtenBefore && this.database.inTransaction) {
        // It may have been refused for what another effect of the batch has done.
        return batch.committed.then(() => {
          throw error;
        });
      }
      this.#rollback(batch, undone(error));
      return Promise.reject(undone(error));
    } finally {
      this.#isInEffect = false;
    }
  }

  /**
   * Reads what is on disk: at once when nothing waits to be, else when that is over. It does not
   * share what becomes of the effects that it waits for: on a full disk they fail, and it does not.
   * Inside an effect it is a part of that.
   */
  read<T>(reading: () => T): T | Promise<T> {
    const batch = this.#batch;
    if (batch === undefined || this.#isInEffect) return reading();
    return new Promise((resolve, reject) => {
      batch.readings.push((broken) => {
        if (broken !== undefined) reject(broken);
        else resolve(reading());
      });
    });
  }

  /** Commits what is open, now. */
  flush(): void {
    if (this.#batch !== undefined) this.#close(this.#batch);
  }

  #open(): Batch {
    this.#begin.run();
    const batch = new Batch();
    this.#schedule(
      () => this.#close(batch),
      () => batch.effects,
    );
    return batch;
  }

  #close(batch: Batch): void {
    if (batch.isOver) return;
    try {
      this.options.beforeCommit();
    } catch (error) {
      this.#rollback(batch, undone(error));
      return;
    }
    try {
      this.#commit.run();
    } catch (error) {
      this.#onCommitFailed(batch, error);
      return;
    }
    this.#end(batch);
    this.options.afterCommit();
    this.#settle(batch);
  }

  /**
   * A full disk is found out while the pages are written, before the mark that makes them count.
   * After any other failure, a failed fsync above all, nobody can know what is on disk: the ledger
   * says no more, and who starts it again finds out.
   */
  #onCommitFailed(batch: Batch, error: unknown): void {
    if (codeOf(error) === 'SQLITE_FULL') {
      this.#rollback(batch, undone(error));
      return;
    }
    this.#end(batch);
    const text = `the ledger cannot be written: ${textOf(error)}`;
    this.#settle(batch, this.#break(new LedgerFailure('unknown', text, { cause: error })));
  }

  #rollback(batch: Batch, failure: LedgerFailure): void {
    this.#end(batch);
    try {
      if (this.database.inTransaction) this.database.exec('ROLLBACK');
      this.options.afterRollback();
    } catch (error) {
      const text = `the ledger cannot be read: ${textOf(error)}`;
      this.#break(new LedgerFailure('undone', text, { cause: error }));
    }
    this.#settle(batch, failure);
  }

  #settle(batch: Batch, failure?: LedgerFailure): void {
    batch.settle(failure);
    for (const reading of batch.readings) reading(this.#broken);
  }

  #break(failure: LedgerFailure): LedgerFailure {
    this.#broken = failure;
    this.options.onBroken(failure);
    return failure;
  }

  #end(batch: Batch): void {
    batch.isOver = true;
    this.#batch = undefined;
  }
}

function undone(error: unknown): LedgerFailure {
  if (error instanceof LedgerFailure) return error;
  return new LedgerFailure('undone', `the ledger cannot be written: ${textOf(error)}`, {
    cause: error,
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
