import { readFileSync, rmSync } from 'node:fs';
import { readBounds } from './judge';
import { Counting } from './count';
import { CodeMap, readCosts, renamed } from './dump';

const SHOWN = 30;

/**
 * The functions that take the most instructions of one operation of a workload, as lines.
 * @throws Error when no workload is called that
 */
export async function lookAt(workload: string): Promise<string> {
  const known = Object.keys(readBounds().workloads);
  if (!known.includes(workload)) {
    throw new Error(`no workload is called '${workload}'; there are: ${known.join(', ')}`);
  }
  const counting = await Counting.run(['--perf-basic-prof']);
  try {
    return show(counting, workload);
  } finally {
    counting.remove();
  }
}

function show(counting: Counting, workload: string): string {
  const [cheapest] = counting.counts
    .filter(({ name, operations }) => name === workload && operations > 0)
    .sort((one, two) => one.instructions - two.instructions);
  if (cheapest === undefined) throw new Error(`${workload} was not counted`);
  const { operations, instructions } = cheapest;
  const dumps = counting.dumpsUpTo(cheapest);
  const codes = takeCodeMap(dumps[0] ?? '');
  const shorten = (name: string) => name.replace(`${counting.folder}/program/`, '');
  const lines = renamed(readCosts(dumps), (name) => shorten(codes.nameOf(name)))
    .slice(0, SHOWN)
    .map(([name, cost]) => line(cost / operations, (100 * cost) / instructions, name));
  const head = `${workload}: instructions of one operation, by function (* optimised, ^ baseline)`;
  return [head, ...lines, line(instructions / operations, 100, 'all')].join('\n');
}

function line(each: number, percent: number, name: string): string {
  return `${each.toFixed(0).padStart(12)}  ${percent.toFixed(1).padStart(5)} %  ${name}`;
}

/** Node writes it to a place of its own choice. */
function takeCodeMap(dump: string): CodeMap {
  const [, pid = ''] = /^pid: (\d+)$/m.exec(dump) ?? [];
  const path = `/tmp/perf-${pid}.map`;
  const map = new CodeMap(readFileSync(path, 'utf8'));
  rmSync(path);
  return map;
}
