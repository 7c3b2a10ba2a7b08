import { timeOfKey } from '../idempotency-key';
import { Argument } from './argument';
import { KeyHeap } from './key-heap';
import { KeyedRequest } from './keyed-request';
import type { Awaitable, KeyedCall, Outcome, OutcomeStore, Transacted } from './outcome-store';
import { OutcomeTable } from './outcome-table';

export interface MemoryOutcomesOptions {
  /** Outcomes kept at a time; default 1 000 000. */
  readonly keysMax?: number;
  /** How long one is kept, from its key's own time; default 24 hours. */
  readonly retentionMs?: number;
}

const KEYS_MAX = 1_000_000;
const RETENTION_MS = 86_400_000;

/**
 * Outcomes in the memory of one process: what a service without a durable store has. They are gone
 * with the process, as what its calls have changed is.
 */
export class MemoryOutcomes implements OutcomeStore<undefined> {
  private readonly table = new OutcomeTable();
  /** Numbers of records. */
  private readonly oldest = new KeyHeap<number>();
  private readonly keysMax: number;
  private readonly retentionMs: number;
  /** Keys made at this time or before may have been forgotten. */
  private forgottenMs = -1;

  /** @param wallClock Unix milliseconds */
  constructor(
    private readonly wallClock: () => number,
    options: MemoryOutcomesOptions = {},
  ) {
    this.keysMax = options.keysMax ?? KEYS_MAX;
    this.retentionMs = options.retentionMs ?? RETENTION_MS;
  }

  /** How many are kept. */
  get size(): number {
    return this.table.size;
  }

  transact(
    call: KeyedCall,
    effect: (transaction: undefined) => Awaitable<Outcome>,
  ): Awaitable<Transacted> {
    this.forget(this.wallClock() - this.retentionMs);
    const record = this.table.find(call);
    if (record !== undefined) {
      if (!this.table.hasArgument(record, argumentOf(call))) return 'other-arguments';
      return { outcome: this.table.outcomeOf(record) };
    }
    if (timeOfKey(call.key) <= this.forgottenMs) return 'forgotten';
    const outcome = effect(undefined);
    return outcome instanceof Promise
      ? outcome.then((later) => this.keep(call, later))
      : this.keep(call, outcome);
  }

  private keep(call: KeyedCall, { bytes, isRemembered }: Outcome): Transacted {
    if (isRemembered) {
      const record = this.table.add(call, argumentOf(call), bytes);
      this.oldest.add(timeOfKey(call.key), record);
      while (this.table.size > this.keysMax) this.forgetOldest();
    }
    return { outcome: bytes };
  }

  private forget(untilMs: number): void {
    while (this.oldest.leastTimeMs < untilMs) this.forgetOldest();
  }

  private forgetOldest(): void {
    this.forgottenMs = Math.max(this.forgottenMs, this.oldest.leastTimeMs);
    this.table.remove(this.oldest.takeLeast());
  }
}

function argumentOf(call: KeyedCall): Argument {
  return call instanceof KeyedRequest ? call.argument : Argument.ofHash(call.argumentHash);
}
