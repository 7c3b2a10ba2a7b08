import type { MethodStatistics } from '../builtin-service';

const LATENCY_BUCKETS = 32;
/** Reading the clock twice costs a tenth of a short call: one in so many is measured. */
const SAMPLED_EVERY = 16;

/** What one method has done: a few additions per call. */
export class MethodCounters {
  private calls = 0;
  private errors = 0;
  private ended = 0;
  private readonly latencies = new Array<number>(LATENCY_BUCKETS).fill(0);

  /** A handler starts. @returns whether to measure how long it takes */
  begin(): boolean {
    return this.calls++ % SAMPLED_EVERY === 0;
  }

  /** The handler has ended. @param tookMs undefined when it was not measured */
  end(isError: boolean, tookMs: number | undefined): void {
    this.ended++;
    if (isError) this.errors++;
    if (tookMs !== undefined) {
      const bucket = Math.min(bitLength(tookMs * 1_000), LATENCY_BUCKETS - 1);
      this.latencies[bucket] = (this.latencies[bucket] as number) + 1;
    }
  }

  read(method: string): MethodStatistics {
    return {
      method,
      calls: this.calls,
      errors: this.errors,
      open: this.calls - this.ended,
      latencies: [...this.latencies],
    };
  }
}

/** The i for which the value is under 2^i and not under half of it; 0 under 1. */
function bitLength(value: number): number {
  return 32 - Math.clz32(Math.min(value, 0x7fff_ffff));
}
