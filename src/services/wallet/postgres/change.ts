import { type Books } from '../books';
import { LedgerRefusal } from '../ledger';

/** Which rows an operation is about. */
export interface Subject {
  readonly wallet: string;
  /** An order that it would cash; without one it makes one. */
  readonly order?: number;
}

/** What is done to the books in a transaction, and who waits for it. */
export class Change<T = unknown> {
  readonly done: Promise<T>;
  readonly #resolve: (result: T) => void;
  readonly #reject: (error: unknown) => void;
  #result: { value: T } | { refusal: LedgerRefusal } | undefined;

  /**
   * @param apply may run more than once: a transaction that has lost a conflict is made again
   * @param giveUpMs when, by the monotonic clock, trying has no more use
   */
  constructor(
    readonly subject: Subject,
    private readonly apply: (books: Books) => T,
    readonly giveUpMs: number,
  ) {
    let resolve: (result: T) => void = () => undefined;
    let reject: (error: unknown) => void = () => undefined;
    this.done = new Promise((onResult, onError) => ([resolve, reject] = [onResult, onError]));
    [this.#resolve, this.#reject] = [resolve, reject];
  }

  /** Whether to do it once more is harmless when it may have been done. */
  readonly isRepeatable: boolean = false;

  perform(books: Books): void {
    try {
      this.#result = { value: this.apply(books) };
    } catch (error) {
      if (!(error instanceof LedgerRefusal)) throw error;
      this.#result = { refusal: error };
    }
  }

  /** The transaction is committed. */
  settle(): void {
    if (this.#result === undefined) return;
    if ('value' in this.#result) this.#resolve(this.#result.value);
    else this.#reject(this.#result.refusal);
  }

  fail(error: unknown): void {
    this.#reject(error);
  }
}
