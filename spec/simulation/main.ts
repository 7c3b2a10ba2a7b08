// Money in a simulated world, seed after seed: make simulate [seeds=N] [first=N] [payments=N]
// [plant=FAULT] [trace=1]. docs/SIMULATION.md.
import { parseArgs } from 'node:util';
import { ProgressBar } from '../soak/support/campaign';
import { ENGINES, type EngineName } from './engine';
import { isPlanted, PLANTED, type Planted } from './planted';
import { type Outcome, simulate } from './simulate';
import { replayCommand, Tally } from './tally';

/** Seeds that failed are told one by one, up to here. */
const TOLD_MAX = 10;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    first: { type: 'string', default: '1' },
    payments: { type: 'string', default: '20' },
    engine: { type: 'string' },
    plant: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});
const seeds = wholeNumber('seeds', values.seeds);
const first = wholeNumber('first', values.first);
const payments = wholeNumber('payments', values.payments);
const planted = fault(values.plant);
const engine = engineNamed(values.engine ?? engineOf(planted));
const what = { payments, engine, planted };
let seed = first;

process.on('unhandledRejection', (reason) => {
  console.log(`seed ${seed}: nobody caught: ${String(reason)}`);
  console.log(`  ${replayCommand(seed, what)}`);
  process.exit(1);
});

async function main(): Promise<void> {
  const tally = new Tally();
  const progress = new ProgressBar('simulate', seeds);
  const startMs = performance.now();
  for (; seed < first + seeds; seed++) {
    const tracer = values.trace ? (line: string) => console.log(line) : undefined;
    const outcome = await simulate({ seed, ...what, tracer });
    tally.add(outcome);
    if (outcome.wrong.length > 0 && tally.failed.length <= TOLD_MAX) tell(outcome);
    progress.at(seed - first + 1);
  }
  progress.end();
  const seconds = (performance.now() - startMs) / 1_000;
  console.log(tally.table);
  console.log(
    `seeds ${first} to ${first + seeds - 1}, ${payments} payments each: ${seconds.toFixed(1)} s, ` +
      `${Math.round((seeds / seconds) * 60)} seeds a minute`,
  );
  process.exitCode = tally.failed.length === 0 ? 0 : 1;
}

function tell({ wrong, hash }: Outcome): void {
  console.log(`seed ${seed} failed (its events have the hash ${hash.toString(16)}):`);
  for (const text of wrong) console.log(`  ${text}`);
  console.log(`  again: ${replayCommand(seed, what)}`);
}

/** A fault is planted in one of them. */
function engineOf(fault: Planted | undefined): EngineName {
  return fault === undefined ? 'simulated' : PLANTED[fault].engine;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`${name} must be a whole number above 0, not '${text}'`);
  process.exit(2);
}

function engineNamed(name: string): EngineName {
  const found = ENGINES.find((one) => one === name);
  if (found !== undefined) return found;
  console.error(`engine must be one of ${ENGINES.join(', ')}, not '${name}'`);
  process.exit(2);
}

function fault(name: string | undefined): Planted | undefined {
  if (name === undefined || isPlanted(name)) return name;
  console.error(`plant must be one of ${Object.keys(PLANTED).join(', ')}, not '${name}'`);
  process.exit(2);
}

void main();
