import { timeOfKey } from '../idempotency-key';
import type { Awaitable, KeyedCall, Outcome, OutcomeStore, Transacted } from './outcome-store';
import { RememberedOutcomes } from './remembered-outcomes';

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
  private readonly remembered = new RememberedOutcomes();
  private readonly keysMax: number;
  private readonly retentionMs: number;

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
    return this.remembered.size;
  }

  transact(
    call: KeyedCall,
    effect: (transaction: undefined) => Awaitable<Outcome>,
  ): Awaitable<Transacted> {
    this.forget(this.wallClock() - this.retentionMs);
    const known = this.remembered.find(call);
    if (known !== undefined) return known;
    const outcome = effect(undefined);
    return outcome instanceof Promise
      ? outcome.then((later) => this.keep(call, later))
      : this.keep(call, outcome);
  }

  private keep(call: KeyedCall, { bytes, isRemembered }: Outcome): Transacted {
    const { remembered } = this;
    if (isRemembered) {
      remembered.keep(remembered.add(call, bytes), timeOfKey(call.key));
      while (remembered.size > this.keysMax) remembered.forgetOldest();
    }
    return { outcome: bytes };
  }

  private forget(untilMs: number): void {
    while (this.remembered.oldestMs < untilMs) this.remembered.forgetOldest();
  }
}
