import type { MethodStatistics, StatisticsReply } from '../../../src/rpc/index';

/** One method of a server, since it was made or since it was asked before. */
export interface MethodFigures {
  readonly method: string;
  readonly calls: number;
  readonly errors: number;
  readonly open: number;
  /** Undefined without a time between two questions. */
  readonly callsPerSecond: number | undefined;
  /** Microseconds that half, and 99 of 100, of the handlers took less than; 0 when none was measured. */
  readonly p50Us: number;
  readonly p99Us: number;
}

/**
 * What a server has said, as figures: the busiest method first.
 * @param before what it said before: rates and latencies are of the time between
 */
export function figuresOf(
  reply: StatisticsReply,
  before: StatisticsReply | undefined,
): MethodFigures[] {
  const earlier = new Map(before?.methods.map((one) => [one.method, one]));
  const seconds = before === undefined ? 0 : (reply.uptimeMs - before.uptimeMs) / 1_000;
  return reply.methods
    .map((one) => figures(one, earlier.get(one.method), seconds))
    .sort((a, b) => b.calls - a.calls || (a.method < b.method ? -1 : 1));
}

function figures(
  { method, calls, errors, open, latencies }: MethodStatistics,
  before: MethodStatistics | undefined,
  seconds: number,
): MethodFigures {
  const since = latencies.map((count, at) => count - (before?.latencies[at] ?? 0));
  return {
    method,
    calls,
    errors,
    open,
    callsPerSecond: seconds > 0 ? (calls - (before?.calls ?? 0)) / seconds : undefined,
    p50Us: percentileUs(since, 50),
    p99Us: percentileUs(since, 99),
  };
}

/**
 * The upper end of the bucket in which the percentile is: it took less than that.
 * @param buckets [i]: how many took less than 2^i microseconds, and not less than half of that
 */
export function percentileUs(buckets: readonly number[], percent: number): number {
  const whole = buckets.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [at, count] of buckets.entries()) {
    seen += count;
    if (count > 0 && seen >= (whole * percent) / 100) return 2 ** at;
  }
  return 0;
}
