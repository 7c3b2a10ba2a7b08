import { type Books } from '../books';
import { LedgerRefusal } from '../ledger';
import { type BatchBooks } from './batch-books';

/** Which rows an operation is about. */
export interface Subject {
  readonly wallet: string;
  /** An order that it would cash; without one it makes one. */
  readonly order?: number;
}

/** What is done to the books in a transaction, with whatever else is in it. */
export interface Work {
  /** What it is about; known when the transaction has begun. */
  readonly subjects: readonly Subject[];
  /** Whether to do it once more is harmless when it may have been done. */
  readonly isRepeatable: boolean;
  /** When, by the monotonic clock, trying has no more use. */
  readonly giveUpMs: number;
  /** Does it. It may be done again, on other books, when the transaction is undone. */
  perform(books: BatchBooks): void | Promise<void>;
  /** The transaction is committed: whoever waits is told. */
  settle(): void;
  fail(error: unknown): void;
}

/** One operation, and who waits for it. */
export class Change<T = unknown> implements Work {
  readonly done: Promise<T>;
  readonly subjects: readonly Subject[];
  readonly isRepeatable = false;
  readonly #resolve: (result: T) => void;
  readonly #reject: (error: unknown) => void;
  #result: { value: T } | { refusal: LedgerRefusal } | undefined;

  constructor(
    subject: Subject,
    private readonly apply: (books: Books) => T,
    readonly giveUpMs: number,
  ) {
    this.subjects = [subject];
    let resolve: (result: T) => void = () => undefined;
    let reject: (error: unknown) => void = () => undefined;
    this.done = new Promise((onResult, onError) => ([resolve, reject] = [onResult, onError]));
    [this.#resolve, this.#reject] = [resolve, reject];
  }

  perform(books: Books): void {
    try {
      this.#result = { value: this.apply(books) };
    } catch (error) {
      if (!(error instanceof LedgerRefusal)) throw error;
      this.#result = { refusal: error };
    }
  }

  settle(): void {
    if (this.#result === undefined) return;
    if ('value' in this.#result) this.#resolve(this.#result.value);
    else this.#reject(this.#result.refusal);
  }

  fail(error: unknown): void {
    this.#reject(error);
  }
}
