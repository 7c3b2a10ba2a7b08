import { type RpcError } from '../../rpc/index';
import { type Awaitable } from './ledger';

/** One reader of a wallet's balance. It holds the newest value only, however slowly it reads. */
class Watcher {
  newest: number | undefined;
  /** Ends the wait of a reader that has read everything. */
  wake: () => void = () => undefined;

  tell(value: number): void {
    this.newest = value;
    this.wake();
  }
}

/**
 * Those who watch balances. What each of them holds is bounded: one number, whatever happens to the
 * wallet before it is read.
 */
export class Watchers {
  readonly #byWallet = new Map<string, Set<Watcher>>();
  #isEnded = false;
  #failure: RpcError | undefined;

  /** How many watch. */
  get size(): number {
    return [...this.#byWallet.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** The wallets that are watched. */
  get wallets(): string[] {
    return [...this.#byWallet.keys()];
  }

  /** A wallet holds something else now. */
  tell(wallet: string, value: number): void {
    for (const watcher of this.#byWallet.get(wallet) ?? []) watcher.tell(value);
  }

  /**
   * No more values will come: every watcher reads what it has not read yet, and then ends.
   * @param failure why, unless this is a good end; the first call decides
   */
  end(failure?: RpcError): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#failure = failure;
    for (const watchers of this.#byWallet.values()) {
      for (const watcher of watchers) watcher.wake();
    }
  }

  /**
   * The values of a wallet: the one at first, then the newest whenever it is another than was read
   * last. Ends with end(), and when the signal fires.
   * @param read the value at first; asked when changes are told already, so none is missed
   * @throws the failure that end() was given
   */
  async *watch(
    wallet: string,
    read: () => Awaitable<number>,
    signal: AbortSignal,
  ): AsyncGenerator<number, undefined> {
    const watcher = new Watcher();
    const onAbort = () => watcher.wake();
    signal.addEventListener('abort', onAbort, { once: true });
    this.#add(wallet, watcher);
    try {
      let told: number | undefined;
      const value = await read();
      // What was told while it was read is newer.
      watcher.newest ??= value;
      while (!signal.aborted) {
        if (watcher.newest !== told) {
          told = watcher.newest;
          yield told;
        } else if (this.#isEnded) {
          if (this.#failure !== undefined) throw this.#failure;
          return;
        } else {
          await new Promise<void>((resolve) => (watcher.wake = resolve));
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#remove(wallet, watcher);
    }
  }

  #add(wallet: string, watcher: Watcher): void {
    const watchers = this.#byWallet.get(wallet) ?? new Set();
    this.#byWallet.set(wallet, watchers.add(watcher));
  }

  #remove(wallet: string, watcher: Watcher): void {
    const watchers = this.#byWallet.get(wallet);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#byWallet.delete(wallet);
  }
}
