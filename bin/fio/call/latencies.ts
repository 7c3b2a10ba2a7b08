import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

const NS_MAX = 3_600_000_000_000;
const FIGURES = 3;
const NS_PER_MS = 1_000_000;
const PERCENTILES = [50, 75, 90, 99, 99.9] as const;
/** Bars are half as long again as the one before: two in each doubling. */
const BARS_PER_DOUBLING = 2;

export interface Percentile {
  readonly percent: number;
  readonly ms: number;
}

export interface Bar {
  /** Took less than this, and not less than the bar before says. */
  readonly ms: number;
  readonly count: number;
}

/** How long calls took: an HDR histogram of three figures, up to an hour. */
export class Latencies {
  private readonly histogram: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: NS_MAX,
    figures: FIGURES,
  });
  private readonly counts = new Map<number, number>();

  record(ms: number): void {
    const ns = Math.min(NS_MAX, Math.max(1, Math.round(ms * NS_PER_MS)));
    this.histogram.record(ns);
    const bar = Math.floor(Math.log2(ns) * BARS_PER_DOUBLING);
    this.counts.set(bar, (this.counts.get(bar) ?? 0) + 1);
  }

  get count(): number {
    return this.histogram.count;
  }

  get minMs(): number {
    return this.histogram.min / NS_PER_MS;
  }

  get meanMs(): number {
    return this.histogram.mean / NS_PER_MS;
  }

  get maxMs(): number {
    return this.histogram.max / NS_PER_MS;
  }

  percentiles(): Percentile[] {
    return PERCENTILES.map((percent) => ({
      percent,
      ms: this.histogram.percentile(percent) / NS_PER_MS,
    }));
  }

  /** From the fastest to the slowest, with those between in which there was none. */
  bars(): Bar[] {
    const places = [...this.counts.keys()];
    if (places.length === 0) return [];
    const [first, last] = [Math.min(...places), Math.max(...places)];
    return Array.from({ length: last - first + 1 }, (_, at) => ({
      ms: 2 ** ((first + at + 1) / BARS_PER_DOUBLING) / NS_PER_MS,
      count: this.counts.get(first + at) ?? 0,
    }));
  }
}
