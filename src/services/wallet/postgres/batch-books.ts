import { type Account, type Books } from '../books';
import { type KeyedCall } from '../../../rpc/index';
import { type MovementKind } from '../movement';
import { type OrderNumbers } from '../order-numbers';

/** A wallet that the transaction has locked. */
export interface LockedAccount extends Account {
  readonly id: number;
}

/** A line of the journal's table. */
export interface MovementRow {
  readonly wallet: number;
  readonly sequence: number;
  readonly kind: MovementKind;
  readonly order: number;
  readonly amount: number;
  readonly balance: number;
}

/** The rows that a transaction has read and locked, and what its changes make of them. */
export class BatchBooks implements Books<LockedAccount> {
  readonly changed = new Map<string, LockedAccount>();
  readonly madeOrders = new Map<number, number>();
  readonly cashedOrders = new Set<number>();
  readonly movements: MovementRow[] = [];
  /** What is to be remembered of keyed calls. */
  readonly outcomes: { readonly call: KeyedCall; readonly outcome: Uint8Array }[] = [];

  /**
   * @param lastOrder the ledger's counter, when orders are counted
   * @param drawOrder draws their numbers, when they are not
   */
  constructor(
    private readonly accounts: ReadonlyMap<string, LockedAccount>,
    private readonly orders: ReadonlyMap<number, number>,
    public lastOrder: number,
    private readonly drawOrder: OrderNumbers | undefined,
  ) {}

  account(wallet: string): LockedAccount | undefined {
    return this.accounts.get(wallet);
  }

  order(number: number): number | undefined {
    const made = this.madeOrders.get(number);
    if (made !== undefined) return made;
    return this.cashedOrders.has(number) ? undefined : this.orders.get(number);
  }

  nextOrder(): number {
    if (this.drawOrder === undefined) return (this.lastOrder += 1);
    // One that another transaction has drawn too is refused by the table, and drawn again.
    return this.drawOrder((number) => this.order(number) !== undefined);
  }

  addOrder(number: number, value: number): void {
    this.madeOrders.set(number, value);
  }

  removeOrder(number: number): void {
    if (!this.madeOrders.delete(number)) this.cashedOrders.add(number);
  }

  record(
    wallet: string,
    account: LockedAccount,
    kind: MovementKind,
    order: number,
    amount: number,
  ): void {
    const { id, balance } = account;
    account.newest += 1;
    this.changed.set(wallet, account);
    this.movements.push({ wallet: id, sequence: account.newest, kind, order, amount, balance });
  }
}
