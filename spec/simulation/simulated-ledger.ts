import { makeOrder, cashOrder } from '../../src/services/wallet/books';
import {
  type Awaitable,
  hasEnded,
  type Ledger,
  LedgerFailure,
  NO_BALANCE,
  type OrderResult,
  requireAmount,
  type TransferStatus,
} from '../../src/services/wallet/ledger';
import type { Movement } from '../../src/services/wallet/movement';
import { Batch } from './batch';
import type { Disk, Synced } from './disk';
import { LedgerState } from './ledger-state';
import { SimulatedOutcomes } from './simulated-outcomes';
import type { Planted } from './planted';
import type { SimulatedProcess } from './simulated-process';

export interface SimulatedLedgerOptions {
  /** How long a batch gathers when the disk is free. */
  readonly gatherMs: number;
  readonly outcomesMax: number;
  readonly planted: Planted | undefined;
  /** The process had better end. */
  readonly onBroken: () => void;
}

/**
 * A durable ledger on a simulated disk. As with a real one, what has been done is written and synced
 * in batches; the next gathers while a sync runs, and nobody is answered before the sync of the own
 * one. What is in the memory of the process is gone with it.
 */
export class SimulatedLedger implements Ledger {
  onChange: Ledger['onChange'] = () => undefined;
  readonly isShared = false;
  readonly outcomes: SimulatedOutcomes;
  #state: LedgerState;
  #batch: Batch | undefined;
  #isSyncing = false;
  #isInEffect = false;
  #broken: LedgerFailure | undefined;
  #isEnded = false;

  constructor(
    private readonly process: SimulatedProcess,
    private readonly disk: Disk,
    private readonly options: SimulatedLedgerOptions,
  ) {
    this.#state = this.#read();
    this.outcomes = new SimulatedOutcomes(this, options.planted);
  }

  get state(): LedgerState {
    return this.#state;
  }

  readBalance(wallet: string): Awaitable<number> {
    this.#requireOpen();
    const read = () => this.#state.account(wallet)?.balance ?? NO_BALANCE;
    return this.options.planted === 'dirty-read' ? read() : this.run(read);
  }

  createOrder(wallet: string, value: number): Awaitable<OrderResult> {
    this.#requireOpen();
    requireAmount(value, 'the value of an order');
    return this.run(() => makeOrder(this.#state, wallet, value));
  }

  transfer(order: number, check: number, wallet: string): Awaitable<TransferStatus> {
    this.#requireOpen();
    return this.run(() => cashOrder(this.#state, order, check, wallet));
  }

  statement(
    wallet: string,
    before: number,
    countMax: number,
  ): Awaitable<readonly Movement[] | undefined> {
    this.#requireOpen();
    return this.run(() => {
      const lines = this.#state.account(wallet)?.movements;
      return lines
        ?.filter(({ sequence }) => sequence < before)
        .reverse()
        .slice(0, countMax);
    });
  }

  async end(): Promise<number> {
    this.#requireOpen();
    this.#isEnded = true;
    return this.run(() => this.#state.orders.size);
  }

  *balances(): Generator<[string, number]> {
    for (const [wallet, { balance }] of this.#state.accounts) yield [wallet, balance];
  }

  close(): void {
    // The disk belongs to the world.
  }

  /**
   * Runs an effect in the batch.
   * @returns what it returns, once that is on disk; inside another effect at once, as its part
   */
  run<T>(effect: () => T): Awaitable<T> {
    if (this.#isInEffect) return effect();
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    const batch = (this.#batch ??= this.#openBatch());
    this.#isInEffect = true;
    try {
      const result = effect();
      if (this.options.planted === 'answer-before-sync') return Promise.resolve(result);
      return batch.committed.then(() => result);
    } catch (error) {
      // It may have been refused for what another effect of the batch has done.
      return batch.committed.then(() => {
        throw error;
      });
    } finally {
      this.#isInEffect = false;
      batch.add(this.#state.takeRecord());
    }
  }

  #openBatch(): Batch {
    // While a sync runs, its end closes the batch.
    if (!this.#isSyncing) this.#closeSoon();
    return new Batch();
  }

  #closeSoon(): void {
    this.process.setTimer(this.options.gatherMs * this.process.random(), () => this.#close());
  }

  #close(): void {
    const batch = this.#batch;
    if (batch === undefined || this.#isSyncing) return;
    this.#batch = undefined;
    if (batch.records.length === 0) {
      batch.settle();
      return;
    }
    this.#isSyncing = true;
    this.disk.records.push(...batch.records);
    this.disk.sync(this.process, (how) => {
      this.#isSyncing = false;
      this.#onSynced(batch, how);
    });
  }

  #onSynced(batch: Batch, how: Synced): void {
    if (how === 'synced') {
      for (const [wallet, balance] of batch.changed) this.onChange(wallet, balance);
      batch.settle();
      this.#close();
      return;
    }
    // Those that have gathered meanwhile have built on what is not there.
    const gathered = this.#batch;
    this.#batch = undefined;
    if (how === 'full') {
      const failure = new LedgerFailure('undone', 'the disk is full');
      this.#state = this.#read();
      batch.settle(failure);
      gathered?.settle(failure);
      return;
    }
    this.#broken = new LedgerFailure('unknown', 'the disk has failed');
    batch.settle(this.#broken);
    gathered?.settle(this.#broken);
    this.options.onBroken();
  }

  #read(): LedgerState {
    const state = new LedgerState(() => this.process.wallClock(), this.options.outcomesMax);
    for (const record of this.disk.records) state.apply(record);
    return state;
  }

  #requireOpen(): void {
    if (this.#isEnded) throw hasEnded();
  }
}
