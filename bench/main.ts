// `make bench`: measures everything on every peer, prints the tables on standard output, keeps the
// figures in bench/results/latest.json and rewrites README.md, docs/FIGURES.md and its plots.
// Started at the root of the repository. `--quick` is a short look; `--only WORDS` measures the
// rows and groups with these words in their names. Both print, and keep nothing.
import { parseArgs } from 'node:util';
import { describeMachine } from './process/machine';
import { readmePart } from './report/goals-table';
import { figuresPage } from './report/figures-page';
import { keep } from './report/keep';
import type { Results } from './results';
import { ROWS } from './rows/index';
import { emptyCells, run, type Plan } from './run';

const FULL: Plan = { rounds: 3, timing: { warmUpMs: 1_200, measuredMs: 1_000 } };
const QUICK: Plan = { rounds: 1, timing: { warmUpMs: 400, measuredMs: 400 } };
/** Too long for a quick look. */
const SLOW = 'memory, 10 000 idle connections';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
  });
  const plan = values.quick ? QUICK : FULL;
  const only = values.only?.toLowerCase();
  const rows = ROWS.filter(({ group, name }) =>
    only === undefined
      ? !values.quick || name !== SLOW
      : `${group} ${name}`.toLowerCase().includes(only),
  );
  if (rows.length === 0) {
    const groups = [...new Set(ROWS.map(({ group }) => group))].join(', ');
    process.stderr.write(`bench: no row has '${only ?? ''}' in its name; groups: ${groups}\n`);
    return 2;
  }
  const machine = describeMachine();
  if (!machine.pinned) process.stderr.write('unpinned: no taskset, or only one core\n');
  const cells = emptyCells(rows);
  const missing = new Map(cells.map(({ entry }) => [entry.name, entry.absence()]));
  for (const [name, why] of missing) {
    if (why !== undefined) process.stderr.write(`not measured: ${name} (${why})\n`);
  }
  const minutes = await run(cells, plan);
  process.stderr.write(`bench: ${minutes.toFixed(1)} minutes\n`);
  const date = new Date().toISOString().slice(0, 10);
  const { rounds, timing } = plan;
  const results: Results = { date, machine, timing, rounds, minutes, cells };
  process.stdout.write(`${readmePart(results)}\n${figuresPage(results)}`);
  if (!values.quick && only === undefined) keep(results);
  const failed = cells.filter(({ failures }) => failures.length > 0);
  for (const { row, entry, failures } of failed) {
    process.stderr.write(`bench: ${row.name}, ${entry.name}: ${failures[0] ?? ''}\n`);
  }
  return failed.length === 0 ? 0 : 1;
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => process.exit(code));
}
main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`\nbench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
