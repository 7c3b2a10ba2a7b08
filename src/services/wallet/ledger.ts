import { AMOUNT_MAX, AMOUNT_RULE, isAmount } from './amount';
import { type OutcomeStore } from '../../rpc/index';
import { type Movement } from './movement';

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

/** The number in place of that of an order that was not made. */
export const NO_ORDER_MADE = 0;

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

/**
 * What keeps the ledger has failed. `undone`: nothing has changed, and it may be tried again.
 * `unknown`: it may have been done; who has a key asks again with it.
 */
export class LedgerFailure extends Error {
  override readonly name = 'LedgerFailure';

  constructor(
    readonly effect: 'undone' | 'unknown',
    text: string,
    options?: ErrorOptions,
  ) {
    super(text, options);
  }
}

/** The result of making an order: its number is 0 unless it was made. */
export interface OrderResult {
  readonly status: OrderStatus;
  readonly order: number;
}

/** An answer that is there at once, or when what it says is on disk. */
export type Awaitable<T> = T | Promise<T>;

/**
 * The wallets and the payment orders not yet cashed, whatever keeps them: memory, a file, a
 * database. An answer that a durable ledger has given is never taken back, however the process
 * ends.
 *
 * Invariants: every balance and every order holds a whole number from 0 to 2^53 - 1, and the sum
 * of them all changes only when a wallet is added. An operation either happens as a whole or
 * changes nothing. A LedgerRefusal is thrown, or rejects, by the same rules in each kind.
 */
export interface Ledger {
  /** Told what a wallet holds after each change, once it cannot be lost; for who serves it. */
  onChange: (wallet: string, balance: number) => void;
  /** Whether other processes change it too, of which onChange does not tell. */
  readonly isShared: boolean;

  /**
   * Remembers the outcomes of keyed calls in the transactions of their changes; undefined for a
   * ledger that does not outlive its process: then nothing else need.
   */
  readonly outcomes: OutcomeStore | undefined;

  /** What a wallet holds; NO_BALANCE when there is none of that name. */
  readBalance(wallet: string): Awaitable<number>;

  /**
   * Moves an amount from a wallet into a new order.
   * @param transaction what `outcomes` has given to the effect that this is part of
   * @throws LedgerRefusal for a value that is no amount, and after end()
   */
  createOrder(wallet: string, value: number, transaction?: unknown): Awaitable<OrderResult>;

  /**
   * Moves what an order holds into a wallet and forgets the order.
   * @param check must equal what the order holds
   * @param transaction as in createOrder()
   * @throws LedgerRefusal when the wallet would hold more than 2^53 - 1, and after end()
   */
  transfer(
    order: number,
    check: number,
    wallet: string,
    transaction?: unknown,
  ): Awaitable<TransferStatus>;

  /**
   * The movements of a wallet, newest first; undefined when there is no such wallet.
   * @param before only those with a lower sequence number
   * @param countMax at most so many
   */
  statement(
    wallet: string,
    before: number,
    countMax: number,
  ): Awaitable<readonly Movement[] | undefined>;

  /**
   * Closes the ledger to all but balances(), for as long as this process has it.
   * @returns how many orders are not cashed
   */
  end(): Awaitable<number>;

  /** Every wallet and what it holds, in the order in which they were given. */
  balances(): Iterable<readonly [string, number]> | AsyncIterable<readonly [string, number]>;

  /** Lets go of what keeps it. Nothing may be asked of it afterwards. */
  close(): Awaitable<void>;
}

/** @throws LedgerRefusal for a number that is no amount of money */
export function requireAmount(value: number, what: string): void {
  if (!isAmount(value)) {
    throw new LedgerRefusal('amount', `${what} must be ${AMOUNT_RULE}, not ${value}`);
  }
}

/** Whether a wallet that holds that much, if it exists, can pay for an order. */
export function judgeOrder(balance: number | undefined, value: number): OrderStatus {
  if (balance === undefined) return OrderStatus.NO_WALLET;
  return value > balance ? OrderStatus.NOT_ENOUGH : OrderStatus.MADE;
}

/**
 * Whether an order that holds that much, if it exists, can be cashed into a wallet.
 * @throws LedgerRefusal when the wallet would hold more than 2^53 - 1
 */
export function judgeTransfer(
  value: number | undefined,
  check: number,
  wallet: string,
  balance: number | undefined,
): TransferStatus {
  if (value === undefined) return TransferStatus.NO_ORDER;
  if (value !== check) return TransferStatus.OTHER_VALUE;
  if (balance === undefined) return TransferStatus.NO_WALLET;
  if (!isAmount(balance + value)) throw overflow(wallet);
  return TransferStatus.DONE;
}

/** A wallet would hold too much. */
export function overflow(wallet: string): LedgerRefusal {
  return new LedgerRefusal('overflow', `'${wallet}' would hold more than ${AMOUNT_MAX}`);
}

/** It is too late. */
export function hasEnded(): LedgerRefusal {
  return new LedgerRefusal('ended', 'the wallet server has ended');
}
