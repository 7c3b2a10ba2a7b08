import { timeOfKey } from '../idempotency-key';
import { argumentOf } from './keyed-request';
import { KeyHeap } from './key-heap';
import type { KeyedCall, Transacted } from './outcome-store';
import { OutcomeTable } from './outcome-table';

/**
 * What a store in one process looks a keyed call up in: outcomes by their calls, and by the times of
 * their keys, of which the oldest are forgotten first.
 */
export class RememberedOutcomes {
  private readonly table = new OutcomeTable();
  /** Numbers of records that are kept. */
  private readonly oldest = new KeyHeap<number>();

  /** @param forgottenMs keys made at this time or before may have been forgotten */
  constructor(public forgottenMs = -1) {}

  /** How many there are. */
  get size(): number {
    return this.table.size;
  }

  /** The time of the oldest that is kept; Infinity when there is none. */
  get oldestMs(): number {
    return this.oldest.leastTimeMs;
  }

  /** What there is to say of a call; undefined: it is new. */
  find(call: KeyedCall): Transacted | undefined {
    const record = this.table.find(call);
    if (record === undefined) {
      return timeOfKey(call.key) <= this.forgottenMs ? 'forgotten' : undefined;
    }
    if (!this.table.hasArgument(record, argumentOf(call))) return 'other-arguments';
    return { outcome: this.table.outcomeOf(record) };
  }

  /** Of a new call. @returns what keep() or takeBack() wants */
  add(call: KeyedCall, outcome: Uint8Array): number {
    return this.table.add(call, argumentOf(call), outcome);
  }

  /** It is to stay. */
  keep(record: number, timeMs: number): void {
    this.oldest.add(timeMs, record);
  }

  /** It is gone, as if it had not been added. */
  takeBack(record: number): void {
    this.table.remove(record);
  }

  /** There must be one that is kept. */
  forgetOldest(): void {
    this.forgottenMs = Math.max(this.forgottenMs, this.oldest.leastTimeMs);
    this.table.remove(this.oldest.takeLeast());
  }
}
