import { type Awaitable } from './ledger';
import { type Watchers } from './watchers';

/** As long as a watcher may wait to learn what another server has done. */
const EVERY_MS = 500;

/**
 * Reads again, while somebody watches, what is watched in a ledger that other servers change too:
 * what this one changes is told at once.
 */
export class Refresher {
  #watching = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Told while the reading was on its way, and newer than what it brings. */
  readonly #told = new Set<string>();

  /** @param read what a wallet holds; readings of one turn of the event loop are one query */
  constructor(
    private readonly watchers: Watchers,
    private readonly read: (wallet: string) => Awaitable<number>,
    private readonly everyMs = EVERY_MS,
  ) {}

  /** This server has changed a wallet, and told of it. */
  told(wallet: string): void {
    if (this.#watching > 0) this.#told.add(wallet);
  }

  /** Somebody watches. @returns to be called when that is over */
  begin(): () => void {
    this.#watching += 1;
    if (this.#watching === 1) this.#schedule();
    return () => {
      this.#watching -= 1;
      if (this.#watching === 0) clearTimeout(this.#timer);
    };
  }

  #schedule(): void {
    // Whoever begins while a reading is on its way has set it already.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#refresh(), this.everyMs).unref();
  }

  async #refresh(): Promise<void> {
    this.#told.clear();
    await Promise.all(this.watchers.wallets.map((wallet) => this.#readAgain(wallet)));
    if (this.#watching > 0) this.#schedule();
  }

  async #readAgain(wallet: string): Promise<void> {
    try {
      const balance = await this.read(wallet);
      if (!this.#told.has(wallet)) this.watchers.tell(wallet, balance);
    } catch {
      // The database is not there: the next time, perhaps.
    }
  }
}
