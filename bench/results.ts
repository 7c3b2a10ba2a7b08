import type { Timing } from './load';
import { isDisturbed, type Measurement } from './measure/measurement';
import type { Machine } from './process/machine';
import type { Entry, Goal, Row } from './rows/row';

/** All rounds of one entry of a row. */
export interface Cell {
  readonly row: Row;
  readonly entry: Entry;
  readonly rounds: Measurement[];
  /** What went wrong in rounds that are not there. */
  readonly failures: string[];
}

export interface Results {
  readonly date: string;
  readonly machine: Machine;
  readonly timing: Timing;
  /** Rounds that were asked for. */
  readonly rounds: number;
  readonly minutes: number;
  readonly cells: readonly Cell[];
}

export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Median and spread of one figure over the rounds that count: those which other programs did not
 * disturb, or all when they disturbed each. Undefined when it was not measured.
 */
export function figure(cell: Cell | undefined, key: keyof Measurement): Figure | undefined {
  const rounds = cell?.rounds ?? [];
  const quiet = rounds.filter((round) => !isDisturbed(round));
  const counted = quiet.length > 0 ? quiet : rounds;
  const values = counted.map((round) => round[key]).filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  const sorted = values.sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The best of the entries of a column in a row. */
export function best(cells: readonly Cell[], row: Row, column: string): Cell | undefined {
  const measured = cells.filter(
    (cell) => cell.row === row && cell.entry.column === column && cell.rounds.length > 0,
  );
  const worth = (cell: Cell) => figure(cell, 'value')!.median * (row.isLessBetter ? -1 : 1);
  return measured.sort((a, b) => worth(b) - worth(a))[0];
}

export interface Verdict {
  /** What it is, in the words of the goal: a ratio or a value. Undefined: not measured. */
  readonly reached: number | undefined;
  readonly isMet: boolean;
}

/** Whether Fio has reached a goal. */
export function judge(cells: readonly Cell[], row: Row, goal: Goal): Verdict {
  const key = ('of' in goal && goal.of) || 'value';
  const ours = figure(best(cells, row, 'Fio'), key)?.median;
  const isEnough = (reached: number, wanted: number) =>
    isLessEnough(row, goal) ? reached <= wanted : reached >= wanted;
  if ('value' in goal) {
    return { reached: ours, isMet: ours !== undefined && isEnough(ours, goal.value) };
  }
  const theirs = figure(best(cells, row, goal.column), key)?.median;
  if (ours === undefined || theirs === undefined) return { reached: undefined, isMet: false };
  return { reached: ours / theirs, isMet: isEnough(ours / theirs, goal.factor) };
}

function isLessEnough(row: Row, goal: Goal): boolean {
  return row.isLessBetter || 'of' in goal;
}

/** What Fio is to reach: "≥ 60 × grpc-js". */
export function goalWords(row: Row, goal: Goal): string {
  const relation = isLessEnough(row, goal) ? '≤' : '≥';
  if ('value' in goal) return `${relation} ${goal.value}`;
  const what = goal.of === undefined ? '' : 'p50 ';
  return `${what}${relation} ${goal.factor} × ${goal.column}`;
}

/** As written to bench/results/latest.json: names instead of rows. */
export function toJson({ cells, ...rest }: Results): string {
  const plain = cells.map(({ row, entry, rounds, failures }) => ({
    group: row.group,
    row: row.name,
    unit: row.unit,
    column: entry.column,
    peer: entry.name,
    absence: entry.absence(),
    rounds,
    failures: failures.length === 0 ? undefined : failures,
  }));
  return `${JSON.stringify({ ...rest, cells: plain }, undefined, 1)}\n`;
}
