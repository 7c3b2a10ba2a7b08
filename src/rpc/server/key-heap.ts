/** Keys by their time, the oldest first: a binary heap, as keys come nearly in order but not quite. */
export class KeyHeap {
  private readonly times: number[] = [];
  private readonly identities: string[] = [];

  /** Infinity when there is none. */
  get leastTimeMs(): number {
    return this.times[0] ?? Infinity;
  }

  add(timeMs: number, identity: string): void {
    let at = this.times.length;
    this.times.push(timeMs);
    this.identities.push(identity);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.times[parent] as number) <= timeMs) break;
      this.swap(at, parent);
      at = parent;
    }
  }

  /** There must be one. */
  takeLeast(): string {
    const least = this.identities[0] as string;
    const time = this.times.pop() as number;
    const identity = this.identities.pop() as string;
    if (this.times.length > 0) {
      this.times[0] = time;
      this.identities[0] = identity;
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
    const { times, identities } = this;
    [times[a], times[b]] = [times[b] as number, times[a] as number];
    [identities[a], identities[b]] = [identities[b] as string, identities[a] as string];
  }
}
