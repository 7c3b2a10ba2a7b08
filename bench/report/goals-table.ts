// The part of README.md between the marks: the goals, and how far they are reached.
import { OTHERS } from '../peers/index';
import { best, figure, goalWords, judge, type Cell, type Results } from '../results';
import type { Goal, Row } from '../rows/row';
import { machineLines } from './machine-lines';
import { line, rule, short, unique } from './numbers';

export function readmePart(results: Results): string {
  const { cells } = results;
  const rows = unique(cells.map(({ row }) => row)).filter(({ goals }) => goals.length > 0);
  const columns = unique(OTHERS.map(({ column }) => column));
  return [
    '![Fio beside its peers, calls per second](docs/figures/peers.svg)',
    '',
    line(['work', 'Fio', ...columns, 'goals']),
    `${rule(1, 1 + columns.length).slice(0, -1)}| --- |`,
    ...rows.map((row) => goalsLine(cells, row, columns)),
    '',
    ...shortOfGoals(cells, rows),
    'In brackets: Fio’s figure as a multiple of theirs. raw Node is a bound and not a peer: it',
    'echoes bytes of the same length, makes no values and knows no calls.',
    ...machineLines(results),
    '[docs/FIGURES.md](docs/FIGURES.md) has the spread, latencies, processor time per call, and how',
    'cost grows.',
    '',
  ].join('\n');
}

function goalsLine(cells: readonly Cell[], row: Row, columns: readonly string[]): string {
  const ours = figure(best(cells, row, 'Fio'), 'value')?.median;
  const theirs = columns.map((column) => {
    const value = figure(best(cells, row, column), 'value')?.median;
    if (value === undefined) return '';
    return ours === undefined ? short(value) : `${short(value)} (${short(ours / value)})`;
  });
  const goals = row.goals.map((goal) => goalText(cells, row, goal)).join('; ');
  return line([`${row.name}, ${row.unit}`, `**${short(ours)}**`, ...theirs, goals]);
}

function goalText(cells: readonly Cell[], row: Row, goal: Goal): string {
  const { reached, isMet } = judge(cells, row, goal);
  const wanted = goalWords(row, goal);
  if (reached === undefined) return `${wanted}: not measured`;
  return `${wanted}: ${isMet ? '✓' : `**✗ ${short(reached)}**`}`;
}

function shortOfGoals(cells: readonly Cell[], rows: readonly Row[]): string[] {
  const names = rows
    .filter((row) =>
      row.goals.some((goal) => {
        const { reached, isMet } = judge(cells, row, goal);
        return reached !== undefined && !isMet;
      }),
    )
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    `Short of a goal: ${names.join('; ')}. [Why, and what was tried](docs/FIGURES.md#short-of-a-goal).`,
    '',
  ];
}
