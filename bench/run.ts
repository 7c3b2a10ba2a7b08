import type { Timing } from './load';
import { isDisturbed, type Measurement } from './measure/measurement';
import { Progress } from './progress';
import { short } from './report/numbers';
import type { Cell } from './results';
import type { Row } from './rows/row';

export interface Plan {
  readonly rounds: number;
  readonly timing: Timing;
}

/** A disturbed measurement is tried so many times more. */
const REPEATS = 1;

/** Every entry of every row, without rounds yet. */
export function emptyCells(rows: readonly Row[]): Cell[] {
  return rows.flatMap((row) =>
    row.entries.map((entry) => ({ row, entry, rounds: [], failures: [] })),
  );
}

/**
 * Fill the cells. The peers take turns in every round, so a slow minute of the machine hits them
 * all. What fails is noted, and the rest goes on.
 * @returns how many minutes it took
 */
export async function run(cells: readonly Cell[], plan: Plan): Promise<number> {
  const present = cells.filter(({ entry }) => entry.absence() === undefined);
  const progress = new Progress(present.length * plan.rounds);
  for (let round = 1; round <= plan.rounds; round++) {
    for (const cell of present) {
      const what = `${cell.row.name.padEnd(44)} ${cell.entry.name.padEnd(17)}`;
      progress.begin(what);
      try {
        progress.end(what, await measureCell(cell, plan.timing));
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        cell.failures.push(text);
        progress.end(what, `failed: ${text.split('\n', 1)[0] ?? ''}`);
      }
    }
  }
  return progress.minutes;
}

async function measureCell(cell: Cell, timing: Timing): Promise<string> {
  let last: Measurement | undefined;
  for (let attempt = 0; attempt <= REPEATS; attempt++) {
    last = await cell.entry.measure(timing);
    cell.rounds.push(last);
    if (!isDisturbed(last)) break;
  }
  const { value, foreignCores = 0 } = last!;
  const noise = foreignCores < 0.05 ? '' : `   (others: ${short(foreignCores)} cores)`;
  return `${short(value).padStart(7)} ${cell.row.unit}${noise}`;
}
