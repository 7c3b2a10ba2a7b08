import { performance } from 'node:perf_hooks';

const SAMPLES_MAX = 2_000_000;

/** Counts calls and takes the latency of some of them, at as little cost as can be. */
export class Meter {
  /** Calls answered, or items come, since start(). */
  count = 0;
  /** Who keeps calls going looks at this before each. */
  isStopped = false;
  private begun = 0;
  private sampleCount = 0;
  private samplesMs: Float64Array | undefined;

  /**
   * @param sampleEvery take the latency of every n-th call: the clock costs 50 ns, a tenth of
   *   what a call costs here. A prime, so that it falls on all calls in flight in turn.
   * @param stopAt stop by itself when so many calls have been answered
   */
  constructor(
    private readonly sampleEvery = 1,
    private readonly stopAt = Infinity,
  ) {}

  /** A call begins: what end() wants. */
  begin(): number {
    if (++this.begun % this.sampleEvery !== 0) return 0;
    return performance.now();
  }

  /** Its right answer has come. */
  end(begunMs: number): void {
    this.add(1);
    if (begunMs !== 0) this.sample(performance.now() - begunMs);
  }

  /** So many have come, and their latency says nothing. */
  add(count: number): void {
    this.count += count;
    if (this.count >= this.stopAt) this.isStopped = true;
  }

  /** For peers that count in batches: one latency. */
  sample(latencyMs: number): void {
    this.samplesMs ??= new Float64Array(SAMPLES_MAX);
    if (this.sampleCount < SAMPLES_MAX) this.samplesMs[this.sampleCount++] = latencyMs;
  }

  /** The warm-up is over. */
  start(): void {
    this.count = 0;
    this.sampleCount = 0;
  }

  /** Latencies in microseconds at the given quantiles, 0 to 1; undefined where none was taken. */
  quantilesUs(quantiles: readonly number[]): (number | undefined)[] {
    const sorted = this.samplesMs?.slice(0, this.sampleCount).sort() ?? new Float64Array();
    const last = sorted.length - 1;
    return quantiles.map((q) => {
      const sampleMs = sorted[Math.min(last, Math.floor(sorted.length * q))];
      return sampleMs === undefined ? undefined : sampleMs * 1_000;
    });
  }
}
