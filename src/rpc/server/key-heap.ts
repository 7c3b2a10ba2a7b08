/**
 * Keys by their time, the oldest first: a binary heap, as keys come nearly in order but not quite.
 * @typeParam Name stands for a key
 */
export class KeyHeap<Name> {
  private readonly times: number[] = [];
  private readonly names: Name[] = [];

  /** Infinity when there is none. */
  get leastTimeMs(): number {
    return this.times[0] ?? Infinity;
  }

  add(timeMs: number, name: Name): void {
    let at = this.times.length;
    this.times.push(timeMs);
    this.names.push(name);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.times[parent] as number) <= timeMs) break;
      this.swap(at, parent);
      at = parent;
    }
  }

  /** There must be one. */
  takeLeast(): Name {
    const least = this.names[0] as Name;
    const time = this.times.pop() as number;
    const name = this.names.pop() as Name;
    if (this.times.length > 0) {
      this.times[0] = time;
      this.names[0] = name;
      this.sink();
    }
    return least;
  }

  private sink(): void {
    const { times } = this;
    const count = times.length;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= count) return;
      const right = left + 1;
      const isRightLess = right < count && (times[right] as number) < (times[left] as number);
      const least = isRightLess ? right : left;
      if ((times[at] as number) <= (times[least] as number)) return;
      this.swap(at, least);
      at = least;
    }
  }

  private swap(a: number, b: number): void {
    const { times, names } = this;
    [times[a], times[b]] = [times[b] as number, times[a] as number];
    [names[a], names[b]] = [names[b] as Name, names[a] as Name];
  }
}
