import { type Awaitable } from '../ledger';
import {
  type KeyedCall,
  type Outcome,
  OutcomeRecords,
  type OutcomeStore,
  RememberedOutcomes,
  timeOfKey,
  type Transacted,
} from '../../../rpc/index';
import { OUTCOMES_MAX } from '../outcomes';
import { type GroupCommit } from './group-commit';
import { type Database } from './open-file';

/** Forgetting is done in lumps of this part of all, and of no more than that many. */
const LUMP = 0.01;
const LUMP_MAX = 10_000;

/**
 * The outcomes of keyed calls, in the file of the ledger and in the transactions of its changes:
 * those of a transaction are one row, and all of them are in memory too, so a call is looked up
 * without a question to the database. An effect must answer at once: what it does to the ledger
 * inside does too.
 */
export class SqliteOutcomes implements OutcomeStore<undefined> {
  readonly #sql;
  readonly #remembered: RememberedOutcomes;
  /** Those that the open batch has added: their records, and the times of their keys. */
  readonly #added: number[] = [];
  readonly #addedMs: number[] = [];
  readonly #records = new OutcomeRecords();
  /** What the file says; memory may have forgotten more. */
  #forgottenMs: number;

  constructor(
    database: Database,
    private readonly commits: GroupCommit,
    private readonly countMax = OUTCOMES_MAX,
  ) {
    this.#sql = prepare(database);
    this.#forgottenMs = this.#sql.forgottenMs.get() as number;
    this.#remembered = new RememberedOutcomes(this.#forgottenMs);
    for (const bytes of this.#sql.all.iterate()) this.#load(bytes as Buffer);
    this.#forget();
  }

  transact(
    call: KeyedCall,
    effect: (transaction: undefined) => Awaitable<Outcome>,
  ): Awaitable<Transacted> {
    return this.commits.run((): Transacted => {
      const known = this.#remembered.find(call);
      if (known !== undefined) return known;
      const outcome = effect(undefined);
      if (outcome instanceof Promise) {
        outcome.catch(() => undefined);
        throw new TypeError('an effect in a ledger file must not wait for anything');
      }
      if (outcome.isRemembered) this.#add(call, outcome.bytes);
      return { outcome: outcome.bytes };
    });
  }

  /** Writes what the batch has added, and takes away what was forgotten before it. */
  write(): void {
    if (this.#added.length === 0) return;
    const newestMs = this.#addedMs.reduce((newest, timeMs) => Math.max(newest, timeMs));
    this.#sql.add.run(newestMs, this.#records.take());
    const { size, forgottenMs } = this.#remembered;
    this.#sql.setCounters.run(size, forgottenMs);
    if (forgottenMs > this.#forgottenMs) this.#sql.forget.run(forgottenMs);
  }

  /** What was written cannot be lost any more. */
  onCommitted(): void {
    if (this.#added.length === 0) return;
    this.#forgottenMs = this.#remembered.forgottenMs;
    for (const [i, record] of this.#added.entries()) {
      this.#remembered.keep(record, this.#addedMs[i] as number);
    }
    this.#added.length = this.#addedMs.length = 0;
    this.#forget();
  }

  /** What the batch has added is gone. */
  undo(): void {
    for (const record of this.#added) this.#remembered.takeBack(record);
    this.#added.length = this.#addedMs.length = 0;
    this.#records.clear();
  }

  #add(call: KeyedCall, outcome: Uint8Array): void {
    this.#records.add(call, outcome);
    this.#added.push(this.#remembered.add(call, outcome));
    this.#addedMs.push(timeOfKey(call.key));
  }

  /** The outcomes of one transaction, some of which may be forgotten. */
  #load(bytes: Buffer): void {
    for (const { call, outcome } of OutcomeRecords.read(bytes)) {
      const timeMs = timeOfKey(call.key);
      if (timeMs > this.#forgottenMs) {
        this.#remembered.keep(this.#remembered.add(call, outcome), timeMs);
      }
    }
  }

  /**
   * The oldest by the time of their keys, and all of the same time: what is later than the time that
   * is kept is remembered, and nothing else. In the file they are until the next transaction;
   * should the process end before, they are remembered again, which does no harm.
   */
  #forget(): void {
    const remembered = this.#remembered;
    if (remembered.size <= this.countMax) return;
    const lump = Math.min(Math.ceil(this.countMax * LUMP), LUMP_MAX);
    const countMax = Math.max(0, this.countMax + 1 - lump);
    while (remembered.size > countMax) remembered.forgetOldest();
    while (remembered.oldestMs <= remembered.forgottenMs) remembered.forgetOldest();
  }
}

function prepare(database: Database) {
  return {
    all: database.prepare('SELECT outcomes FROM outcome_batch').pluck(),
    add: database.prepare('INSERT INTO outcome_batch VALUES (?, ?)'),
    forget: database.prepare('DELETE FROM outcome_batch WHERE newest_ms <= ?'),
    forgottenMs: database.prepare('SELECT forgotten_ms FROM counter').pluck(),
    setCounters: database.prepare('UPDATE counter SET outcomes = ?, forgotten_ms = ?'),
  };
}
