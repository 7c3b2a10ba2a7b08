import { type Movement } from './movement';

/** A movement, and the one before it of the same wallet (0: none). */
interface Link extends Movement {
  readonly wallet: object;
  readonly previous: number;
}

/**
 * The newest movements of all wallets, bounded: when there is no room, the oldest is forgotten.
 * Each knows the one before it, so the movements of one wallet are found without an index.
 */
export class RecentMovements {
  readonly #links: Link[] = [];
  #last = 0;

  /** @param countMax how many are remembered */
  constructor(private readonly countMax: number) {}

  /**
   * Remembers a movement.
   * @param wallet stands for it
   * @param previous what the last add() for the same wallet has returned, or 0
   * @returns its sequence number
   */
  add(wallet: object, movement: Omit<Movement, 'sequence'>, previous: number): number {
    const { atMs, kind, order, amount, balance } = movement;
    this.#last += 1;
    const sequence = this.#last;
    const link = { wallet, sequence, atMs, kind, order, amount, balance, previous };
    this.#links[sequence % this.countMax] = link;
    return sequence;
  }

  /** A wallet's movements from its newest back, those below a number, at most so many. */
  backFrom(wallet: object, newest: number, before: number, countMax: number): Movement[] {
    const found: Movement[] = [];
    const last = this.#find(before);
    // Where a page ended the next one goes on, without walking from the newest again.
    let next = last?.wallet === wallet ? last.previous : newest;
    while (found.length < countMax) {
      const link = this.#find(next);
      if (link === undefined) break;
      const { sequence, atMs, kind, order, amount, balance, previous } = link;
      if (sequence < before) found.push({ sequence, atMs, kind, order, amount, balance });
      next = previous;
    }
    return found;
  }

  #find(sequence: number): Link | undefined {
    const link = this.#links[sequence % this.countMax];
    return link?.sequence === sequence ? link : undefined;
  }
}
