import { setTimeout as sleep } from 'node:timers/promises';
import { type Books, cashOrder, makeOrder } from '../books';
import { whenGathered } from '../gathering';
import {
  hasEnded,
  type Ledger,
  NO_BALANCE,
  type OrderResult,
  requireAmount,
  type TransferStatus,
} from '../ledger';
import { type OutcomeStore } from '../../../rpc/index';
import { type Movement } from '../movement';
import { type OrderNumbers } from '../order-numbers';
import { OUTCOMES_MAX } from '../outcomes';
import { type Added } from '../wallet-conflict';
import { addWallets } from './add-wallets';
import { Change, type Subject, type Work } from './change';
import { failureOf, judge, type Verdict } from './failures';
import { KeyedChange } from './keyed-change';
import { forgetOldest } from './outcome-rows';
import { type Connections } from './primary-pool';
import { Reader } from './reader';
import { begin, commit, type TransactionOptions } from './transaction';

/** Transactions at a time. More of them would rather wait for each other's locks. */
export const CONNECTIONS_MAX = 4;
/** Changes in one transaction: what it locks, others wait for. */
const BATCH_CHANGES_MAX = 1_000;
/** How long a database that is not there, or conflicts, are met with another try. */
const RETRY_MS_MAX = 10_000;
const PAUSE_MS_MIN = 20;
const PAUSE_MS_MAX = 500;

export interface PostgresLedgerOptions {
  /** How many outcomes of keyed calls are remembered, and a tenth more for each server. */
  readonly outcomesMax?: number | undefined;
  readonly drawOrder?: OrderNumbers | undefined;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/**
 * A ledger in PostgreSQL, for any number of servers. The changes that come while others are on
 * their way to the database are one transaction, in two round trips: lock and read; write and
 * commit. In between the rules are the same code as for any other ledger.
 */
export class PostgresLedger implements Ledger {
  onChange: Ledger['onChange'] = () => undefined;
  readonly isShared = true;
  readonly #options: TransactionOptions;
  readonly outcomes: OutcomeStore<KeyedChange> = {
    transact: (call, effect) => {
      this.#requireOpen();
      return this.#submit(new KeyedChange(call, effect, performance.now() + RETRY_MS_MAX));
    },
  };
  readonly #reader: Reader;
  readonly #outcomesMax: number;
  /** Since the oldest outcomes were forgotten last. */
  #outcomesAdded = 0;
  readonly #waiting: Work[] = [];
  readonly #running = new Set<Promise<void>>();
  #isScheduled = false;
  #isEnded = false;
  #closed: Promise<void> | undefined;

  /** @param connections at least CONNECTIONS_MAX + 1: who only reads waits for no transaction */
  constructor(
    private readonly connections: Connections,
    { drawOrder, now = Date.now, outcomesMax = OUTCOMES_MAX }: PostgresLedgerOptions = {},
  ) {
    this.#outcomesMax = outcomesMax;
    this.#options = { drawOrder, now };
    this.#reader = new Reader(connections, RETRY_MS_MAX);
  }

  /** As SqliteLedger.addWallets(). @throws WalletConflict */
  addWallets(balances: Iterable<readonly [string, number]>): Promise<Added> {
    return addWallets(this.connections, balances, this.#options.now());
  }

  readBalance(wallet: string): Promise<number> {
    this.#requireOpen();
    return this.#reader.balance(wallet).then((balance) => balance ?? NO_BALANCE);
  }

  createOrder(wallet: string, value: number, transaction?: unknown): Promise<OrderResult> {
    this.#requireOpen();
    requireAmount(value, 'the value of an order');
    return this.#change({ wallet }, (books) => makeOrder(books, wallet, value), transaction);
  }

  transfer(
    order: number,
    check: number,
    wallet: string,
    transaction?: unknown,
  ): Promise<TransferStatus> {
    this.#requireOpen();
    const subject = { wallet, order };
    return this.#change(subject, (books) => cashOrder(books, order, check, wallet), transaction);
  }

  statement(
    wallet: string,
    before: number,
    countMax: number,
  ): Promise<readonly Movement[] | undefined> {
    this.#requireOpen();
    return this.#reader.statement(wallet, before, countMax);
  }

  async end(): Promise<number> {
    this.#requireOpen();
    this.#isEnded = true;
    await this.#settled();
    return this.#reader.countOrders();
  }

  balances(): AsyncIterable<readonly [string, number]> {
    return this.#reader.balances();
  }

  async close(): Promise<void> {
    this.#isEnded = true;
    await this.#settled();
    await (this.#closed ??= this.connections.end());
  }

  #change<T>(subject: Subject, apply: (books: Books) => T, transaction: unknown): Promise<T> {
    if (transaction instanceof KeyedChange) return transaction.operate(subject, apply);
    return this.#submit(new Change(subject, apply, performance.now() + RETRY_MS_MAX));
  }

  #submit<T>(work: Work & { readonly done: Promise<T> }): Promise<T> {
    this.#waiting.push(work);
    this.#schedule();
    return work.done;
  }

  /** The calls that have come by then go together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const start = (): void => {
      this.#isScheduled = false;
      while (this.#waiting.length > 0 && this.#running.size < CONNECTIONS_MAX) {
        this.#start(this.#waiting.splice(0, BATCH_CHANGES_MAX));
      }
    };
    whenGathered(() => this.#waiting.length, start);
  }

  #start(changes: Work[]): void {
    const running = this.#runUntilDone(changes).finally(() => {
      this.#running.delete(running);
      if (this.#waiting.length > 0) this.#schedule();
    });
    this.#running.add(running);
  }

  async #runUntilDone(changes: Work[]): Promise<void> {
    let left: readonly Work[] = changes;
    for (
      let pauseMs = PAUSE_MS_MIN;
      left.length > 0;
      pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX)
    ) {
      const outcome = await this.#runOnce(left);
      if (outcome === undefined) return;
      left = this.#sort(left, outcome.error, outcome.verdict);
      if (left.length > 0) await sleep(pauseMs);
    }
  }

  /** One transaction. @returns why it failed, if it did; nobody has been answered then */
  async #runOnce(
    changes: readonly Work[],
  ): Promise<{ error: unknown; verdict: Verdict } | undefined> {
    let isCommitting = false;
    let books;
    try {
      const connection = await this.connections.connect();
      try {
        books = await begin(connection, changes, this.#options);
        for (const change of changes) await change.perform(books);
        isCommitting = true;
        await commit(connection, books, this.#options);
      } catch (error) {
        // Closed, not given back: what it has locked is free again.
        connection.release(true);
        throw error;
      }
      connection.release();
    } catch (error) {
      return { error, verdict: judge(error, isCommitting) };
    }
    for (const [wallet, { balance }] of books.changed) this.onChange(wallet, balance);
    for (const change of changes) change.settle();
    await this.#forget(books.outcomes.length);
    return undefined;
  }

  async #forget(added: number): Promise<void> {
    this.#outcomesAdded += added;
    if (this.#outcomesAdded < this.#outcomesMax / 10) return;
    this.#outcomesAdded = 0;
    // Another server, or the next time, will do.
    await forgetOldest(this.connections, this.#outcomesMax).catch(() => undefined);
  }

  /** Fails those that cannot be tried again, and returns the others. */
  #sort(changes: readonly Work[], error: unknown, verdict: Verdict): Work[] {
    return changes.filter((change) => {
      const isOver = performance.now() >= change.giveUpMs;
      const mayRepeat = verdict.isPassing && !isOver && (change.isRepeatable || !verdict.mayBeDone);
      if (!mayRepeat) change.fail(failureOf(error, verdict));
      return mayRepeat;
    });
  }

  async #settled(): Promise<void> {
    while (this.#running.size > 0 || this.#waiting.length > 0) {
      await Promise.all([...this.#running, new Promise((resolve) => setImmediate(resolve))]);
    }
  }

  #requireOpen(): void {
    if (this.#isEnded) throw hasEnded();
  }
}
