import {
  identityOf,
  timeOfKey,
  type KeyedCall,
  type Outcome,
  type OutcomeStore,
  type Transacted,
} from '../../src/rpc/index';
import { cashOrder, makeOrder } from '../../src/services/wallet/books';
import {
  type Awaitable,
  hasEnded,
  type Ledger,
  NO_BALANCE,
  type OrderResult,
  requireAmount,
  type TransferStatus,
} from '../../src/services/wallet/ledger';
import type { Movement } from '../../src/services/wallet/movement';
import { isSameHash } from '../../src/services/wallet/outcomes';
import { keptOf } from './kept';
import { LedgerState } from './ledger-state';
import type { Kept, Line } from './disk';
import type { Planted } from './planted';
import type { SimulatedProcess } from './simulated-process';

const PAUSE_MS_MAX = 50;

/** What a shared ledger needs of its database. */
export interface Transactions {
  begin(process: SimulatedProcess): Promise<
    | {
        readonly state: LedgerState;
        commit(tell: (lines: readonly Line[]) => void): Promise<'done' | 'undone' | 'unknown'>;
      }
    | undefined
  >;
}

/**
 * One wallet server's part of a database that several share. As with PostgreSQL an effect waits for
 * its transaction, and runs again when that was undone or nobody knows: the outcome of its key, in
 * the same transaction, decides.
 */
export class SharedLedger implements Ledger {
  onChange: Ledger['onChange'] = () => undefined;
  readonly isShared = true;
  readonly outcomes: OutcomeStore<LedgerState> = {
    transact: (call, effect) =>
      this.planted === 'outcome-per-server'
        ? this.#transactAlone(call, effect)
        : this.#run((state) => transact(state, call, effect)),
  };
  /** For the planted fault: what this server alone remembers. */
  readonly #own = new Map<string, Kept>();
  #isEnded = false;

  constructor(
    private readonly process: SimulatedProcess,
    private readonly database: Transactions,
    private readonly planted: Planted | undefined,
  ) {}

  readBalance(wallet: string): Promise<number> {
    this.#requireOpen();
    return this.#run((state) => state.account(wallet)?.balance ?? NO_BALANCE);
  }

  createOrder(wallet: string, value: number, transaction?: unknown): Promise<OrderResult> {
    this.#requireOpen();
    requireAmount(value, 'the value of an order');
    return this.#part(transaction, (state) => makeOrder(state, wallet, value));
  }

  transfer(
    order: number,
    check: number,
    wallet: string,
    transaction?: unknown,
  ): Promise<TransferStatus> {
    this.#requireOpen();
    return this.#part(transaction, (state) => cashOrder(state, order, check, wallet));
  }

  statement(
    wallet: string,
    before: number,
    countMax: number,
  ): Promise<readonly Movement[] | undefined> {
    this.#requireOpen();
    return this.#run((state) =>
      state
        .account(wallet)
        ?.movements.filter(({ sequence }) => sequence < before)
        .reverse()
        .slice(0, countMax),
    );
  }

  end(): Promise<number> {
    this.#requireOpen();
    this.#isEnded = true;
    return this.#run((state) => state.orders.size);
  }

  // eslint-disable-next-line require-yield -- what End prints is no part of the simulation
  *balances(): Generator<[string, number]> {
    return;
  }

  close(): void {
    // The database belongs to the world.
  }

  async #transactAlone(
    call: KeyedCall,
    effect: (transaction: LedgerState) => Awaitable<Outcome>,
  ): Promise<Transacted> {
    const known = this.#own.get(identityOf(call));
    if (known !== undefined) return isSameHash(call, known) ? known : 'other-arguments';
    const outcome = await this.#run((state) => effect(state));
    if (outcome.isRemembered) this.#own.set(identityOf(call), keptOf(call, outcome));
    return { outcome: outcome.bytes };
  }

  /** Part of a transaction that has begun, after a wait, or one of its own. */
  async #part<T>(transaction: unknown, effect: (state: LedgerState) => T): Promise<T> {
    if (!(transaction instanceof LedgerState)) return this.#run(effect);
    await Promise.resolve();
    return effect(transaction);
  }

  async #run<T>(effect: (state: LedgerState) => Awaitable<T>): Promise<T> {
    for (;;) {
      const transaction = await this.database.begin(this.process);
      if (transaction !== undefined) {
        const { state } = transaction;
        const result = await settled(() => effect(state));
        const how = await transaction.commit((lines) => {
          for (const { wallet, balance } of lines) this.onChange(wallet, balance);
        });
        if (how === 'done') return result();
      }
      await this.process.sleep(this.process.random() * PAUSE_MS_MAX);
    }
  }

  #requireOpen(): void {
    if (this.#isEnded) throw hasEnded();
  }
}

async function transact(
  state: LedgerState,
  call: KeyedCall,
  effect: (transaction: LedgerState) => Awaitable<Outcome>,
): Promise<Transacted> {
  const known = state.outcomes.get(identityOf(call));
  if (known !== undefined) return isSameHash(call, known) ? known : 'other-arguments';
  if (timeOfKey(call.key) <= state.forgottenMs) return 'forgotten';
  const outcome = await effect(state);
  if (outcome.isRemembered) state.remember(keptOf(call, outcome));
  return { outcome: outcome.bytes };
}

/** What it returned or threw, for later. */
async function settled<T>(effect: () => Awaitable<T>): Promise<() => T> {
  try {
    const value = await effect();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
