import { StatusCode } from '../../../src/rpc/index';
import type { Paint } from '../tool/paint';
import type { LoadResult } from './load';

const BAR_CHARS = 40;
/** Eighths of a character, so that few calls among many are seen. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** What was measured, for people. */
export function loadReport(
  name: string,
  concurrency: number,
  result: LoadResult,
  paint: Paint,
): string[] {
  const { latencies, statuses, elapsedMs } = result;
  const { count } = latencies;
  const perSecond = Math.round(count / (elapsedMs / 1_000));
  const lines = [
    `${count} calls of ${name}, ${concurrency} at a time, in ${seconds(elapsedMs)}: ${perSecond} a second`,
    ...[...statuses].map(([code, calls]) => {
      const isWell = code === StatusCode.OK;
      return `  ${paint(isWell ? 'green' : 'red', StatusCode[code].padEnd(20))} ${calls}`;
    }),
  ];
  if (count === 0) return lines;
  const rows: [string, number][] = [
    ['fastest', latencies.minMs],
    ['mean', latencies.meanMs],
    ...latencies.percentiles().map(({ percent, ms }): [string, number] => [`${percent} %`, ms]),
    ['slowest', latencies.maxMs],
  ];
  const bars = latencies.bars();
  const highest = Math.max(...bars.map((bar) => bar.count));
  return [
    ...lines,
    '',
    ...rows.map(([what, ms]) => `  ${what.padEnd(8)} ${millis(ms)}`),
    '',
    ...bars.map(({ ms, count: calls }) =>
      `  < ${millis(ms)} ${paint('cyan', barOf(calls / highest))}${calls === 0 ? '' : ` ${calls}`}`.trimEnd(),
    ),
  ];
}

/** The same for programs. */
export function loadJson(name: string, concurrency: number, result: LoadResult): object {
  const { latencies, statuses, elapsedMs } = result;
  return {
    method: name,
    concurrency,
    calls: latencies.count,
    elapsedMs,
    callsPerSecond: latencies.count / (elapsedMs / 1_000),
    statuses: Object.fromEntries([...statuses].map(([code, calls]) => [StatusCode[code], calls])),
    latencyMs: {
      min: latencies.minMs,
      mean: latencies.meanMs,
      ...Object.fromEntries(latencies.percentiles().map(({ percent, ms }) => [`p${percent}`, ms])),
      max: latencies.maxMs,
    },
    histogram: latencies.bars().map(({ ms, count }) => ({ belowMs: ms, calls: count })),
  };
}

function barOf(part: number): string {
  const eighths = Math.max(part > 0 ? 1 : 0, Math.round(part * BAR_CHARS * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}

function millis(ms: number): string {
  const digits = ms < 10 ? 3 : ms < 100 ? 2 : ms < 1_000 ? 1 : 0;
  return `${ms.toFixed(digits).padStart(8)} ms`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
