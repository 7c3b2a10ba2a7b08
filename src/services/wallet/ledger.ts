import { AMOUNT_MAX, AMOUNT_RULE, isAmount } from './amount';

/** How making a payment order went; the numbers are the assignment's. */
export enum OrderStatus {
  MADE = 0,
  NO_WALLET = -1,
  NOT_ENOUGH = -2,
}

/** How cashing a payment order went; the numbers are the assignment's, in the order of checking. */
export enum TransferStatus {
  DONE = 0,
  NO_ORDER = -1,
  OTHER_VALUE = -2,
  NO_WALLET = -3,
}

/** What a reading of a balance answers for a wallet that does not exist. */
export const NO_BALANCE = -1;

/** `amount`: not an amount of money. `overflow`: a wallet would hold too much. `ended`: too late. */
export type RefusalReason = 'amount' | 'overflow' | 'ended';

/** The ledger does not even try: nothing has changed. */
export class LedgerRefusal extends Error {
  override readonly name = 'LedgerRefusal';

  constructor(
    readonly reason: RefusalReason,
    text: string,
  ) {
    super(text);
  }
}

/** The result of making an order: its number is 0 unless it was made. */
export interface OrderResult {
  readonly status: OrderStatus;
  readonly order: number;
}

/**
 * The wallets and the payment orders not yet cashed.
 *
 * Invariants: every balance and every order holds a whole number from 0 to 2^53 - 1, and the sum
 * of them all never changes. An operation either happens as a whole or changes nothing.
 */
export class Ledger {
  readonly #balances: Map<string, number>;
  readonly #orders = new Map<number, number>();
  #lastOrder = 0;
  #isEnded = false;

  /** @param balances what each wallet holds at first, in the order for balances(); copied */
  constructor(balances: Iterable<readonly [string, number]>) {
    this.#balances = new Map(balances);
    for (const [wallet, value] of this.#balances) {
      requireAmount(value, `the balance of ${wallet}`);
    }
  }

  /** What a wallet holds; NO_BALANCE when there is none of that name. */
  readBalance(wallet: string): number {
    this.#requireOpen();
    return this.#balances.get(wallet) ?? NO_BALANCE;
  }

  /**
   * Moves an amount from a wallet into a new order.
   * @throws LedgerRefusal for a value that is no amount, and after end()
   */
  createOrder(wallet: string, value: number): OrderResult {
    this.#requireOpen();
    requireAmount(value, 'the value of an order');
    const balance = this.#balances.get(wallet);
    if (balance === undefined) {
      return { status: OrderStatus.NO_WALLET, order: 0 };
    }
    if (value > balance) {
      return { status: OrderStatus.NOT_ENOUGH, order: 0 };
    }
    this.#balances.set(wallet, balance - value);
    this.#lastOrder += 1;
    this.#orders.set(this.#lastOrder, value);
    return { status: OrderStatus.MADE, order: this.#lastOrder };
  }

  /**
   * Moves what an order holds into a wallet and forgets the order.
   * @param check must equal what the order holds
   * @throws LedgerRefusal when the wallet would hold more than 2^53 - 1, and after end()
   */
  transfer(order: number, check: number, wallet: string): TransferStatus {
    this.#requireOpen();
    const value = this.#orders.get(order);
    if (value === undefined) {
      return TransferStatus.NO_ORDER;
    }
    if (value !== check) {
      return TransferStatus.OTHER_VALUE;
    }
    const balance = this.#balances.get(wallet);
    if (balance === undefined) {
      return TransferStatus.NO_WALLET;
    }
    if (!isAmount(balance + value)) {
      throw new LedgerRefusal('overflow', `'${wallet}' would hold more than ${AMOUNT_MAX}`);
    }
    this.#orders.delete(order);
    this.#balances.set(wallet, balance + value);
    return TransferStatus.DONE;
  }

  /**
   * Closes the ledger for good: from now on it only shows its balances.
   * @returns how many orders were never cashed
   */
  end(): number {
    this.#requireOpen();
    this.#isEnded = true;
    return this.#orders.size;
  }

  /** Every wallet and what it holds, in the order in which they were given. */
  balances(): IterableIterator<[string, number]> {
    return this.#balances.entries();
  }

  #requireOpen(): void {
    if (this.#isEnded) {
      throw new LedgerRefusal('ended', 'the wallet server has ended');
    }
  }
}

function requireAmount(value: number, what: string): void {
  if (!isAmount(value)) {
    throw new LedgerRefusal('amount', `${what} must be ${AMOUNT_RULE}, not ${value}`);
  }
}
