/** Something that will happen. */
export interface Happening {
  readonly dueMs: number;
  /** Which of those that are due at one time comes first: the one that was planned first. */
  readonly order: number;
  /** Undefined: it was called off. */
  run: (() => void) | undefined;
}

/** What will happen, the soonest first: a binary heap. */
export class EventHeap {
  readonly #items: Happening[] = [];

  add(item: Happening): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isSooner(item, items[parent]!)) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  /** When the next one is due that was not called off; Infinity when there is none. */
  get nextMs(): number {
    while (this.#items.length > 0 && this.#items[0]!.run === undefined) this.#take();
    return this.#items[0]?.dueMs ?? Infinity;
  }

  /** There must be one: nextMs says so. */
  take(): Happening {
    return this.#take();
  }

  #take(): Happening {
    const items = this.#items;
    const first = items[0]!;
    const last = items.pop()!;
    if (items.length > 0) this.#sink(last);
    return first;
  }

  #sink(item: Happening): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && isSooner(items[child + 1]!, items[child]!)) child += 1;
      if (!isSooner(items[child]!, item)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
  }
}

function isSooner(a: Happening, b: Happening): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
