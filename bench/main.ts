// `make bench`: measures every workload on every peer, prints a table on standard output, keeps
// the figures in bench/results/latest.json and puts the table into README.md. Started at the
// root of the repository. `--quick` is a look of 20 s that keeps nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine';
import type { Timing } from './measurement';
import { PEERS } from './peers/index';
import { putIntoReadme, short, toMarkdown } from './report';
import { emptyCells, type Results } from './results';
import { runCell } from './runner';

interface Plan {
  readonly rounds: number;
  readonly timing: Timing;
}

const FULL: Plan = { rounds: 3, timing: { warmUpMs: 2_000, measuredMs: 1_500 } };
const QUICK: Plan = { rounds: 1, timing: { warmUpMs: 400, measuredMs: 400 } };

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  const plan = values.quick ? QUICK : FULL;
  const machine = describeMachine();
  if (!machine.pinned) progress('unpinned: taskset is missing, or there is only one core\n');

  const cells = emptyCells();
  for (let round = 1; round <= plan.rounds; round++) {
    for (const [index, cell] of cells.entries()) {
      const workloadIndex = Math.floor(index / PEERS.length);
      progress(`round ${round}/${plan.rounds}  ${cell.workload.padEnd(30)} ${cell.peer.padEnd(9)}`);
      const measurement = await runCell(index % PEERS.length, workloadIndex, plan.timing);
      cell.rounds.push(measurement);
      const { callsPerSecond, foreignCores = 0 } = measurement;
      const noise = foreignCores < 0.05 ? '' : `   (others: ${short(foreignCores)} cores)`;
      progress(`${short(callsPerSecond).padStart(7)} calls/s${noise}\n`);
    }
  }
  const date = new Date().toISOString().slice(0, 10);
  const results: Results = { date, machine, timing: plan.timing, cells };
  const markdown = toMarkdown(results);
  process.stdout.write(markdown);
  if (!values.quick) keep(results, markdown);
}

function keep(results: Results, markdown: string): void {
  mkdirSync('bench/results', { recursive: true });
  writeFileSync('bench/results/latest.json', `${JSON.stringify(results, undefined, 2)}\n`);
  progress('written: bench/results/latest.json\n');
  if (putIntoReadme('README.md', markdown)) progress('written: README.md\n');
}

function progress(text: string): void {
  process.stderr.write(text);
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => process.exit(code));
}
main().catch((error: unknown) => {
  progress(`\nbench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
