import {
  identityOf,
  timeOfKey,
  type KeyedCall,
  type Outcome,
  type OutcomeStore,
  type Transacted,
} from '../../src/rpc/index';
import type { Awaitable } from '../../src/services/wallet/ledger';
import { isSameHash } from '../../src/services/wallet/outcomes';
import type { Planted } from './planted';
import { keptOf } from './kept';
import type { LedgerState } from './ledger-state';

/** What outcomes need of their ledger. */
export interface OutcomesHost {
  readonly state: LedgerState;
  run<T>(effect: () => T): Awaitable<T>;
}

/** The outcomes of keyed calls, in the records of their effects: unless a fault is planted. */
export class SimulatedOutcomes implements OutcomeStore<undefined> {
  constructor(
    private readonly ledger: OutcomesHost,
    private readonly planted: Planted | undefined,
  ) {}

  transact(
    call: KeyedCall,
    effect: (transaction: undefined) => Awaitable<Outcome>,
  ): Awaitable<Transacted> {
    if (this.planted === 'outcome-apart') return this.#apart(call, effect);
    return this.ledger.run((): Transacted => {
      const found = this.#find(call);
      if (found !== undefined) return found;
      const outcome = atOnce(effect(undefined));
      if (outcome.isRemembered) this.#remember(call, outcome);
      return { outcome: outcome.bytes };
    });
  }

  async #apart(
    call: KeyedCall,
    effect: (transaction: undefined) => Awaitable<Outcome>,
  ): Promise<Transacted> {
    const found = this.#find(call);
    if (found !== undefined) return found;
    const outcome = await this.ledger.run(() => atOnce(effect(undefined)));
    await this.ledger.run(() => this.#remember(call, outcome));
    return { outcome: outcome.bytes };
  }

  #find(call: KeyedCall): Transacted | undefined {
    const { state } = this.ledger;
    const known = this.planted === 'no-dedupe' ? undefined : state.outcomes.get(identityOf(call));
    if (known !== undefined) {
      const isSame = this.planted === 'key-without-hash' || isSameHash(call, known);
      return isSame ? { outcome: known.outcome } : 'other-arguments';
    }
    return timeOfKey(call.key) <= state.forgottenMs ? 'forgotten' : undefined;
  }

  #remember(call: KeyedCall, outcome: Outcome): void {
    this.ledger.state.remember(keptOf(call, outcome));
  }
}

function atOnce(outcome: Awaitable<Outcome>): Outcome {
  if (outcome instanceof Promise) throw new TypeError('an effect must not wait for anything');
  return outcome;
}
