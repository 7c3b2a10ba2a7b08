// What runs under callgrind, compiled. All workloads take turns from the beginning, so the optimising
// compiler knows all uses of a function when it comes to it; then they take turns being counted.
// Writes a line for each count, in their order: how many operations, a blank, of which workload.
import { getPriority } from 'node:os';
import { makeStage } from './workloads';

/** Rounds until the optimising compiler has done most of its work. */
const WARM_UP_ROUNDS = 4;
const COUNTED_ROUNDS = 5;

const lines: string[] = [];

/** Callgrind ends a count when this is called: nothing else in node calls uv_os_getpriority. */
function mark(operations: number, name: string): void {
  lines.push(`${operations} ${name}`);
  getPriority();
}

/**
 * The rounds of all workloads make the same garbage each time, and it may be full in the same workload
 * each time: its scavenge would be in every count of that one. So there is one before each count.
 */
function scavenge(): void {
  (globalThis as unknown as { gc(options: { type: 'minor' }): void }).gc({ type: 'minor' });
  mark(0, 'garbage');
}

async function main(): Promise<void> {
  const stage = await makeStage();
  const { workloads } = stage;
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    for (const { operations, run } of workloads) await run(operations);
  }
  mark(0, 'everything before');
  for (let round = 0; round < COUNTED_ROUNDS; round++) {
    for (const { name, operations, run } of workloads) {
      scavenge();
      await run(operations);
      mark(operations, name);
    }
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  await stage.close();
}

void main();
