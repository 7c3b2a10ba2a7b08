import {
  judgeOrder,
  judgeTransfer,
  NO_ORDER_MADE,
  type OrderResult,
  OrderStatus,
  TransferStatus,
} from './ledger';
import { MovementKind } from './movement';

/** A wallet while a change is made to it. */
export interface Account {
  balance: number;
  /** Its newest movement. */
  newest: number;
}

/** What a change needs of whatever keeps the ledger; all of it at once, none of it waited for. */
export interface Books<A extends Account = Account> {
  /** A wallet; undefined when there is none of that name. */
  account(wallet: string): A | undefined;
  /** What a pending order holds; undefined when there is none of that number. */
  order(number: number): number | undefined;
  nextOrder(): number;
  addOrder(number: number, value: number): void;
  removeOrder(number: number): void;
  /** The journal's line for what has just been done to the account. */
  record(wallet: string, account: A, kind: MovementKind, order: number, amount: number): void;
}

/** Moves an amount from a wallet into a new order, if it holds so much. */
export function makeOrder<A extends Account>(
  books: Books<A>,
  wallet: string,
  value: number,
): OrderResult {
  const account = books.account(wallet);
  const status = judgeOrder(account?.balance, value);
  if (account === undefined || status !== OrderStatus.MADE) return { status, order: NO_ORDER_MADE };
  const order = books.nextOrder();
  books.addOrder(order, value);
  account.balance -= value;
  books.record(wallet, account, MovementKind.ORDERED, order, value);
  return { status, order };
}

/**
 * Moves what an order holds into a wallet, if there are both and it holds what it should.
 * @throws LedgerRefusal when the wallet would hold more than 2^53 - 1; nothing has changed
 */
export function cashOrder<A extends Account>(
  books: Books<A>,
  order: number,
  check: number,
  wallet: string,
): TransferStatus {
  const value = books.order(order);
  const account = books.account(wallet);
  const status = judgeTransfer(value, check, wallet, account?.balance);
  if (account === undefined || value === undefined || status !== TransferStatus.DONE) return status;
  books.removeOrder(order);
  account.balance += value;
  books.record(wallet, account, MovementKind.CASHED, order, value);
  return status;
}
