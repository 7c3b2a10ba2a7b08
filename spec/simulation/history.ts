import { MovementKind } from '../../src/services/wallet/movement';
import type { LedgerRecord, Line } from './disk';

/** What a wallet held from a position of the journal on. */
interface Held {
  readonly from: number;
  readonly balance: number;
}

interface Order {
  readonly value: number;
  readonly madeAt: number;
  cashedAt: number;
}

/**
 * The journal on the disk as a history: position p is the ledger after its first p records. It adds
 * up by itself what the ledger says, with nothing of the ledger's own code.
 */
export class History {
  readonly length: number;
  readonly wallets = new Map<string, Held[]>();
  readonly orders = new Map<number, Order>();
  /** Each movement with its position. */
  readonly lines: { readonly line: Line; readonly at: number }[] = [];
  /** Where the journal contradicts itself. */
  readonly wrong: string[] = [];

  constructor(records: readonly LedgerRecord[]) {
    this.length = records.length;
    records.forEach((record, index) => {
      for (const line of record.lines) this.add(line, index + 1);
    });
  }

  balanceOf(wallet: string): number {
    return this.wallets.get(wallet)?.at(-1)?.balance ?? -1;
  }

  /** What the wallets and the pending orders hold. */
  get total(): number {
    let sum = 0;
    for (const wallet of this.wallets.keys()) sum += this.balanceOf(wallet);
    for (const { value, cashedAt } of this.orders.values()) if (cashedAt === Infinity) sum += value;
    return sum;
  }

  get pending(): number {
    return [...this.orders.values()].filter(({ cashedAt }) => cashedAt === Infinity).length;
  }

  /** The first position from `from` to `to` at which the wallet holds what is looked for. */
  findBalance(
    wallet: string,
    from: number,
    to: number,
    isIt: (balance: number) => boolean,
  ): number | undefined {
    const held = this.wallets.get(wallet) ?? [];
    for (const [index, { from: since, balance }] of held.entries()) {
      const at = Math.max(since, from);
      if (at > to) return undefined;
      const until = held[index + 1]?.from ?? Infinity;
      if (until > from && isIt(balance)) return at;
    }
    return undefined;
  }

  private add(line: Line, at: number): void {
    const { wallet, kind, order, amount, balance } = line;
    this.lines.push({ line, at });
    const held = this.wallets.get(wallet) ?? [];
    this.wallets.set(wallet, held);
    const before = held.at(-1)?.balance ?? 0;
    const after = kind === MovementKind.ORDERED ? before - amount : before + amount;
    if (after !== balance || after < 0) {
      this.wrong.push(`'${wallet}' held ${before}, then ${balance} after ${amount}`);
    }
    held.push({ from: at, balance });
    if (kind === MovementKind.ORDERED) this.makeOrder(order, amount, at);
    if (kind === MovementKind.CASHED) this.cashOrder(order, amount, at);
  }

  private makeOrder(order: number, value: number, madeAt: number): void {
    if (this.orders.has(order)) this.wrong.push(`order ${order} was made twice`);
    this.orders.set(order, { value, madeAt, cashedAt: Infinity });
  }

  private cashOrder(number: number, amount: number, at: number): void {
    const order = this.orders.get(number);
    if (order?.value !== amount) this.wrong.push(`order ${number} was cashed for ${amount}`);
    else if (order.cashedAt !== Infinity) this.wrong.push(`order ${number} was cashed twice`);
    else order.cashedAt = at;
  }
}
