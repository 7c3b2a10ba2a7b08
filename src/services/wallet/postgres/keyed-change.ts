import { type Books } from '../books';
import { type Awaitable } from '../ledger';
import { type KeyedCall, type Outcome, timeOfKey, type Transacted } from '../../../rpc/index';
import { isSameHash, type Remembered } from '../outcomes';
import { type BatchBooks } from './batch-books';
import { Change, type Subject, type Work } from './change';

/**
 * A keyed call in a transaction: its effect, unless the call is remembered, and its outcome. The
 * effect is given this object and asks it for its changes, before it waits for anything.
 */
export class KeyedChange implements Work {
  readonly done: Promise<Transacted>;
  readonly isRepeatable = true;
  readonly #resolve: (result: Transacted) => void;
  readonly #reject: (error: unknown) => void;
  #operations: Change[] = [];
  #isOpen = false;
  #effect: Promise<Outcome> | undefined;
  #result: Transacted | undefined;
  #error: unknown;

  constructor(
    readonly call: KeyedCall,
    private readonly effect: (transaction: KeyedChange) => Awaitable<Outcome>,
    readonly giveUpMs: number,
  ) {
    let resolve: (result: Transacted) => void = () => undefined;
    let reject: (error: unknown) => void = () => undefined;
    this.done = new Promise((onResult, onError) => ([resolve, reject] = [onResult, onError]));
    [this.#resolve, this.#reject] = [resolve, reject];
  }

  get subjects(): readonly Subject[] {
    return this.#operations.flatMap(({ subjects }) => subjects);
  }

  /** For the effect: a change that it wants. */
  operate<T>(subject: Subject, apply: (books: Books) => T): Promise<T> {
    if (!this.#isOpen) {
      throw new Error('an effect must ask for its changes before it waits for anything');
    }
    const operation = new Change(subject, apply, this.giveUpMs);
    this.#operations.push(operation as Change);
    return operation.done;
  }

  /** Begins: the outcome is what is remembered, or the effect starts. */
  begin(remembered: Remembered | undefined, forgottenMs: number): void {
    this.#operations = [];
    this.#error = undefined;
    this.#effect = undefined;
    if (remembered !== undefined) {
      this.#result = isSameHash(this.call, remembered) ? remembered : 'other-arguments';
    } else if (timeOfKey(this.call.key) <= forgottenMs) {
      this.#result = 'forgotten';
    } else {
      this.#result = undefined;
      this.#isOpen = true;
      this.#effect = this.#start();
      this.#isOpen = false;
      // It is waited for in perform(), unless the transaction does not get that far.
      this.#effect.catch(() => undefined);
    }
  }

  async perform(books: BatchBooks): Promise<void> {
    if (this.#effect === undefined) return;
    const movementsBefore = books.movements.length;
    for (const operation of this.#operations) {
      operation.perform(books);
      operation.settle();
    }
    try {
      const { bytes, isRemembered } = await this.#effect;
      if (isRemembered) books.outcomes.push({ call: this.call, outcome: bytes });
      this.#result = { outcome: bytes };
    } catch (error) {
      // It has changed something and failed nevertheless: only the whole transaction can be undone.
      if (books.movements.length > movementsBefore) throw error;
      this.#error = error;
    }
  }

  settle(): void {
    if (this.#result === undefined) this.#reject(this.#error);
    else this.#resolve(this.#result);
  }

  fail(error: unknown): void {
    this.#reject(error);
  }

  // The effect's own error, when it throws at once, must not be the transaction's.
  async #start(): Promise<Outcome> {
    return this.effect(this);
  }
}
