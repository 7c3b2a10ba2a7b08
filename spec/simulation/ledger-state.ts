import type { Account, Books } from '../../src/services/wallet/books';
import { type Movement, MovementKind } from '../../src/services/wallet/movement';
import type { Kept, LedgerRecord, Line } from './disk';

/** A wallet with its lines of the journal. */
export interface StateAccount extends Account {
  readonly movements: Movement[];
}

/** What the records of a ledger add up to. It is the same whoever adds them up. */
export class LedgerState implements Books<StateAccount> {
  readonly accounts = new Map<string, StateAccount>();
  readonly orders = new Map<number, number>();
  readonly outcomes = new Map<string, Kept>();
  /** The time of the newest key that was forgotten. */
  forgottenMs = 0;
  #lastOrder = 0;
  #lastSequence = 0;
  #open: LedgerRecord = { lines: [], kept: [] };

  constructor(
    private readonly now: () => number,
    private readonly outcomesMax: number,
  ) {}

  /** Adds a record that is on the disk. */
  apply({ lines, kept }: LedgerRecord): void {
    for (const line of lines) this.#applyLine(line);
    for (const outcome of kept) this.#keep(outcome);
  }

  /** What has been done since this was called last. */
  takeRecord(): LedgerRecord {
    const record = this.#open;
    this.#open = { lines: [], kept: [] };
    return record;
  }

  remember(outcome: Kept): void {
    this.#open.kept.push(outcome);
    this.#keep(outcome);
  }

  // ---- Books

  account(wallet: string): StateAccount | undefined {
    return this.accounts.get(wallet);
  }

  order(number: number): number | undefined {
    return this.orders.get(number);
  }

  nextOrder(): number {
    return (this.#lastOrder += 1);
  }

  addOrder(number: number, value: number): void {
    this.orders.set(number, value);
  }

  removeOrder(number: number): void {
    this.orders.delete(number);
  }

  record(
    wallet: string,
    account: StateAccount,
    kind: MovementKind,
    order: number,
    amount: number,
  ): void {
    const { balance } = account;
    const line = { wallet, kind, order, amount, balance, atMs: this.now() };
    this.#open.lines.push(line);
    this.#addLine(account, line);
  }

  #applyLine(line: Line): void {
    const { wallet, kind, order, amount, balance } = line;
    const account = this.accounts.get(wallet) ?? { balance: 0, newest: 0, movements: [] };
    this.accounts.set(wallet, account);
    account.balance = balance;
    if (kind === MovementKind.ORDERED) this.orders.set(order, amount);
    if (kind === MovementKind.CASHED) this.orders.delete(order);
    this.#lastOrder = Math.max(this.#lastOrder, order);
    this.#addLine(account, line);
  }

  #addLine(account: StateAccount, { kind, order, amount, balance, atMs }: Line): void {
    const sequence = (this.#lastSequence += 1);
    account.newest = sequence;
    account.movements.push({ sequence, atMs, kind, order, amount, balance });
  }

  #keep(outcome: Kept): void {
    this.outcomes.set(outcome.identity, outcome);
    if (this.outcomes.size > this.outcomesMax) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const all = [...this.outcomes.values()];
    const oldest = all.reduce((one, other) => (other.timeMs < one.timeMs ? other : one));
    this.outcomes.delete(oldest.identity);
    this.forgottenMs = Math.max(this.forgottenMs, oldest.timeMs);
  }
}
