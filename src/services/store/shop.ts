/** What a reply carries instead of the wallet server's code when that server is not there. */
export const WALLET_UNREACHABLE = -9;

/** The shop's books are closed, or could not hold one more sale exactly. Nothing has changed. */
export class ShopRefusal extends Error {
  override readonly name = 'ShopRefusal';

  constructor(
    readonly reason: 'overflow' | 'ended',
    text: string,
  ) {
    super(text);
  }
}

/**
 * The books of a shop with one product: its price, and the balance that the seller has by its own
 * count. Room for a sale is kept while it is under way, so the balance is always exact.
 */
export class Shop {
  #balance: number;
  #underWay = 0;
  #isEnded = false;

  /**
   * @param price an amount of money
   * @param balance what the seller's wallet holds at first; -1 when there is none
   */
  constructor(
    readonly price: number,
    balance: number,
  ) {
    this.#balance = balance;
  }

  /** Fails once the shop has ended. */
  requireOpen(): void {
    if (this.#isEnded) {
      throw new ShopRefusal('ended', 'the store server has ended');
    }
  }

  /** Begins a sale; finishSale() must follow, however it went. */
  beginSale(): void {
    this.requireOpen();
    const most = this.#balance + (this.#underWay + 1) * this.price;
    if (!Number.isSafeInteger(most)) {
      throw new ShopRefusal('overflow', `the balance would pass ${Number.MAX_SAFE_INTEGER}`);
    }
    this.#underWay += 1;
  }

  /** @param isPaid whether the price has reached the seller's wallet */
  finishSale(isPaid: boolean): void {
    this.#underWay -= 1;
    if (isPaid) {
      this.#balance += this.price;
    }
  }

  /** Closes the shop for good. Returns the balance as it is counted now. */
  end(): number {
    this.requireOpen();
    this.#isEnded = true;
    return this.#balance;
  }
}
