import { type Account, type Books, cashOrder, makeOrder } from './books';
import {
  hasEnded,
  type Ledger,
  NO_BALANCE,
  type OrderResult,
  requireAmount,
  type TransferStatus,
} from './ledger';
import { type Movement, MovementKind } from './movement';
import { type OrderNumbers, consecutive } from './order-numbers';
import { RecentMovements } from './recent-movements';

/** How many movements are remembered: about 10 MB. */
const MOVEMENTS_MAX = 100_000;

export interface MemoryLedgerOptions {
  readonly orderNumbers?: OrderNumbers;
  /** Unix milliseconds. */
  readonly now?: () => number;
  /** How many movements statement() can tell of, at most. */
  readonly movementsMax?: number;
}

/** A ledger in the memory of one process: gone when it ends. It answers at once. */
export class MemoryLedger implements Ledger, Books {
  onChange: Ledger['onChange'] = () => undefined;
  readonly isShared = false;
  readonly outcomes = undefined;
  readonly #accounts = new Map<string, Account>();
  readonly #orders = new Map<number, number>();
  readonly #movements: RecentMovements;
  readonly #orderNumbers: OrderNumbers;
  readonly #now: () => number;
  #isEnded = false;

  /** @param balances what each wallet holds at first, in the order for balances(); copied */
  constructor(
    balances: Iterable<readonly [string, number]>,
    { orderNumbers, now, movementsMax }: MemoryLedgerOptions = {},
  ) {
    this.#movements = new RecentMovements(movementsMax ?? MOVEMENTS_MAX);
    this.#orderNumbers = orderNumbers ?? consecutive();
    this.#now = now ?? Date.now;
    for (const [wallet, value] of balances) {
      requireAmount(value, `the balance of ${wallet}`);
      const account = { balance: value, newest: 0 };
      this.#accounts.set(wallet, account);
      this.#write(account, MovementKind.OPENED, 0, value);
    }
  }

  readBalance(wallet: string): number {
    this.#requireOpen();
    return this.#accounts.get(wallet)?.balance ?? NO_BALANCE;
  }

  createOrder(wallet: string, value: number): OrderResult {
    this.#requireOpen();
    requireAmount(value, 'the value of an order');
    return makeOrder(this, wallet, value);
  }

  transfer(order: number, check: number, wallet: string): TransferStatus {
    this.#requireOpen();
    return cashOrder(this, order, check, wallet);
  }

  /** Reaches back no further than the newest movements of all wallets, 100 000 of them. */
  statement(wallet: string, before: number, countMax: number): Movement[] | undefined {
    this.#requireOpen();
    const account = this.#accounts.get(wallet);
    if (account === undefined) return undefined;
    return this.#movements.backFrom(account, account.newest, before, countMax);
  }

  end(): number {
    this.#requireOpen();
    this.#isEnded = true;
    return this.#orders.size;
  }

  *balances(): Generator<[string, number]> {
    for (const [wallet, { balance }] of this.#accounts) yield [wallet, balance];
  }

  close(): void {
    // There is nothing to let go of.
  }

  // ---- Books

  account(wallet: string): Account | undefined {
    return this.#accounts.get(wallet);
  }

  order(number: number): number | undefined {
    return this.#orders.get(number);
  }

  nextOrder(): number {
    return this.#orderNumbers((number) => this.#orders.has(number));
  }

  addOrder(number: number, value: number): void {
    this.#orders.set(number, value);
  }

  removeOrder(number: number): void {
    this.#orders.delete(number);
  }

  record(
    wallet: string,
    account: Account,
    kind: MovementKind,
    order: number,
    amount: number,
  ): void {
    this.#write(account, kind, order, amount);
    this.onChange(wallet, account.balance);
  }

  #write(account: Account, kind: MovementKind, order: number, amount: number): void {
    const { balance, newest } = account;
    const movement = { atMs: this.#now(), kind, order, amount, balance };
    account.newest = this.#movements.add(account, movement, newest);
  }

  #requireOpen(): void {
    if (this.#isEnded) throw hasEnded();
  }
}
