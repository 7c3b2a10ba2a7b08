import { performance } from 'node:perf_hooks';

const SAMPLES_MAX = 2_000_000;

/** Counts calls and takes the latency of some of them, at as little cost as can be. */
export class Meter {
  /** Calls answered since start(). */
  calls = 0;
  /** Who keeps calls going looks at this before each. */
  isStopped = false;
  private begun = 0;
  private sampleCount = 0;
  private readonly samplesMs = new Float64Array(SAMPLES_MAX);

  /**
   * @param sampleEvery take the latency of every n-th call: the clock costs 50 ns, a tenth of
   *   what a call costs here. A prime, so that it falls on all calls in flight in turn.
   */
  constructor(private readonly sampleEvery: number) {}

  /** A call begins: what end() wants. */
  begin(): number {
    if (++this.begun % this.sampleEvery !== 0) return 0;
    return performance.now();
  }

  /** Its right answer has come. */
  end(begunMs: number): void {
    this.calls++;
    if (begunMs !== 0) this.sample(performance.now() - begunMs);
  }

  /** For peers that count in batches: one latency. */
  sample(latencyMs: number): void {
    if (this.sampleCount < SAMPLES_MAX) this.samplesMs[this.sampleCount++] = latencyMs;
  }

  /** The warm-up is over. */
  start(): void {
    this.calls = 0;
    this.sampleCount = 0;
  }

  /** Latencies in microseconds at the given quantiles, 0 to 1. */
  quantilesUs(quantiles: readonly number[]): number[] {
    const sorted = this.samplesMs.slice(0, this.sampleCount).sort();
    const last = sorted.length - 1;
    return quantiles.map((q) => {
      const sampleMs = sorted[Math.min(last, Math.floor(sorted.length * q))];
      if (sampleMs === undefined) throw new Error('no call was answered while it was measured');
      return sampleMs * 1_000;
    });
  }
}
