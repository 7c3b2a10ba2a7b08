import { type Awaitable } from '../ledger';
import {
  identityOf,
  type KeyedCall,
  type Outcome,
  type OutcomeStore,
  type Transacted,
} from '../../../rpc/index';
import { callerName, isSameHash, OUTCOMES_MAX, type Remembered, timeOfKey } from '../outcomes';
import { type GroupCommit } from './group-commit';
import { type Database } from './open-file';
import { RowWriter } from './row-writer';

/** Forgetting is done in lumps of this part of all, and of no more than that many. */
const LUMP = 0.01;
const LUMP_MAX = 10_000;

/**
 * The outcomes of keyed calls, in the file of the ledger and in the transactions of its changes. An
 * effect must answer at once: what it does to the ledger inside does too.
 */
export class SqliteOutcomes implements OutcomeStore<undefined> {
  readonly #sql;
  readonly #rows: RowWriter;
  /** Those that the open batch has added. */
  readonly #added = new Map<string, Remembered>();
  #count = 0;
  #forgottenMs = 0;
  /** No key in the table is of a later time. */
  #newestMs: number;
  /** That of the open batch: its own are in `#added`, and the rest of it is still new. */
  #newestAddedMs = 0;

  constructor(
    database: Database,
    private readonly commits: GroupCommit,
    private readonly countMax = OUTCOMES_MAX,
  ) {
    this.#sql = prepare(database);
    this.#rows = new RowWriter(database, 'outcome', [
      'key',
      'caller',
      'service',
      'method',
      'hash',
      'outcome',
    ]);
    const newest = this.#sql.newest.get() as Uint8Array | undefined;
    this.#newestMs = newest === undefined ? 0 : timeOfKey(newest);
    this.readCounters();
  }

  transact(
    call: KeyedCall,
    effect: (transaction: undefined) => Awaitable<Outcome>,
  ): Awaitable<Transacted> {
    return this.commits.run((): Transacted => {
      const remembered = this.#find(call);
      if (remembered !== undefined) {
        return isSameHash(call, remembered) ? remembered : 'other-arguments';
      }
      if (timeOfKey(call.key) <= this.#forgottenMs) return 'forgotten';
      const outcome = effect(undefined);
      if (outcome instanceof Promise) {
        outcome.catch(() => undefined);
        throw new TypeError('an effect in a ledger file must not wait for anything');
      }
      if (outcome.isRemembered) this.#add(call, outcome.bytes);
      return { outcome: outcome.bytes };
    });
  }

  /** Writes what the batch has added, and forgets what is too much. */
  write(): void {
    if (this.#added.size === 0) return;
    this.#count += this.#rows.write();
    this.#newestMs = Math.max(this.#newestMs, this.#newestAddedMs);
    if (this.#count > this.countMax) {
      this.#forget(Math.min(Math.ceil(this.countMax * LUMP), LUMP_MAX));
    }
    this.#sql.setCounters.run(this.#count, this.#forgottenMs);
    this.#added.clear();
  }

  /** What is kept beside the table, as it was committed last. */
  readCounters(): void {
    this.#rows.forget();
    this.#added.clear();
    [this.#count, this.#forgottenMs] = this.#sql.counters.get() as [number, number];
  }

  #find(call: KeyedCall): Remembered | undefined {
    const added = this.#added.get(identityOf(call));
    if (added !== undefined) return added;
    const { key, service, method } = call;
    // A new call has a new key, as a rule: with it there is nothing to look for.
    if (timeOfKey(key) > this.#newestMs) return undefined;
    const row = this.#sql.find.get(key, callerName(call), service, method);
    return row as Remembered | undefined;
  }

  #add(call: KeyedCall, outcome: Uint8Array): void {
    const { key, service, method, argumentHash: hash } = call;
    this.#rows.add(key, callerName(call), service, method, hash, outcome);
    this.#added.set(identityOf(call), { hash, outcome });
    this.#newestAddedMs = Math.max(this.#newestAddedMs, timeOfKey(key));
  }

  /** The oldest by the time of their keys, which is how the table is sorted. */
  #forget(count: number): void {
    const newest = this.#sql.oldest.get(count - 1) as Uint8Array;
    this.#count -= this.#sql.forget.run(newest).changes;
    this.#forgottenMs = timeOfKey(newest);
  }
}

function prepare(database: Database) {
  return {
    find: database.prepare(
      `SELECT hash, outcome FROM outcome
       WHERE key = ? AND caller = ? AND service = ? AND method = ?`,
    ),
    newest: database.prepare('SELECT key FROM outcome ORDER BY key DESC LIMIT 1').pluck(),
    oldest: database.prepare('SELECT key FROM outcome ORDER BY key LIMIT 1 OFFSET ?').pluck(),
    forget: database.prepare('DELETE FROM outcome WHERE key <= ?'),
    counters: database.prepare('SELECT outcomes, forgotten_ms FROM counter').raw(),
    setCounters: database.prepare('UPDATE counter SET outcomes = ?, forgotten_ms = ?'),
  };
}
