import { Buffer } from 'node:buffer';
import { timeOfKey } from '../idempotency-key';
import { KeyHeap } from './key-heap';
import {
  identityOf,
  type Awaitable,
  type KeyedCall,
  type Outcome,
  type OutcomeStore,
  type Transacted,
} from './outcome-store';

export interface MemoryOutcomesOptions {
  /** Outcomes kept at a time; default 1 000 000. */
  readonly keysMax?: number;
  /** How long one is kept, from its key's own time; default 24 hours. */
  readonly retentionMs?: number;
}

const KEYS_MAX = 1_000_000;
const RETENTION_MS = 86_400_000;

interface Remembered {
  readonly hash: Buffer;
  readonly outcome: Uint8Array;
}

/**
 * Outcomes in the memory of one process: what a service without a durable store has. They are gone
 * with the process, as what its calls have changed is.
 */
export class MemoryOutcomes implements OutcomeStore<undefined> {
  private readonly outcomes = new Map<string, Remembered>();
  private readonly oldest = new KeyHeap();
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
    return this.outcomes.size;
  }

  transact(
    call: KeyedCall,
    effect: (transaction: undefined) => Awaitable<Outcome>,
  ): Awaitable<Transacted> {
    this.forget(this.wallClock() - this.retentionMs);
    const identity = identityOf(call);
    const remembered = this.outcomes.get(identity);
    if (remembered !== undefined) {
      if (!remembered.hash.equals(call.argumentHash)) return 'other-arguments';
      return { outcome: remembered.outcome };
    }
    const timeMs = timeOfKey(call.key);
    if (timeMs <= this.forgottenMs) return 'forgotten';
    const keep = ({ bytes, isRemembered }: Outcome): Transacted => {
      if (isRemembered) this.keep(identity, timeMs, call.argumentHash, bytes);
      return { outcome: bytes };
    };
    const outcome = effect(undefined);
    return outcome instanceof Promise ? outcome.then(keep) : keep(outcome);
  }

  private keep(identity: string, timeMs: number, hash: Uint8Array, outcome: Uint8Array): void {
    this.outcomes.set(identity, { hash: Buffer.from(hash), outcome });
    this.oldest.add(timeMs, identity);
    while (this.outcomes.size > this.keysMax) this.forgetOldest();
  }

  private forget(untilMs: number): void {
    while (this.oldest.leastTimeMs < untilMs) this.forgetOldest();
  }

  private forgetOldest(): void {
    this.forgottenMs = Math.max(this.forgottenMs, this.oldest.leastTimeMs);
    this.outcomes.delete(this.oldest.takeLeast());
  }
}
