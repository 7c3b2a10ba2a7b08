// docs/FIGURES.md: everything that was measured.
import { figure, goalWords, judge, type Cell, type Results } from '../results';
import type { Row } from '../rows/row';
import { machineLines } from './machine-lines';
import { line, rule, short, unique } from './numbers';
import { SHORTFALLS } from './shortfalls';

export function figuresPage(results: Results): string {
  const { cells } = results;
  const rows = unique(cells.map(({ row }) => row));
  const grown = rows.filter(isGrowth);
  const plain = rows.filter((row) => !isGrowth(row));
  return [
    '# Figures',
    '',
    `\`make bench\` wrote this page; it took ${results.minutes.toFixed(0)} minutes. How it measures is in`,
    '[bench/README.md](../bench/README.md).',
    '',
    ...machineLines(results),
    '',
    ...(grown.length > 0 ? ['![How cost grows](figures/growth.svg)', ''] : []),
    ...unique(plain.map(({ group }) => group)).flatMap((group) =>
      groupTable(
        cells,
        plain.filter((row) => row.group === group),
      ),
    ),
    ...growthPart(cells, grown),
    ...shortPart(cells, rows),
    ...absentPart(cells),
    '',
  ].join('\n');
}

/** Groups of a single peer whose rows differ in a number only. */
export function isGrowth(row: Row): boolean {
  return row.at !== undefined && row.group !== 'workers';
}

function groupTable(cells: readonly Cell[], rows: readonly Row[]): string[] {
  const columns = [
    'median',
    'slowest–fastest',
    'p50, µs',
    'p99, µs',
    'server CPU, µs',
    'client CPU, µs',
  ];
  const isMemory = rows[0]?.group === 'memory';
  const heads = isMemory ? ['server', 'spread', 'client'] : columns;
  return [
    `## ${title(rows[0]?.group ?? '')}`,
    '',
    line(['', 'peer', 'unit', ...heads]),
    rule(3, heads.length),
    ...rows.flatMap((row) =>
      cells
        .filter((cell) => cell.row === row && cell.rounds.length > 0)
        .map((cell, i) => {
          const value = figure(cell, 'value')!;
          const spread = `${short(value.min)}–${short(value.max)}`;
          const median =
            cell.entry.column === 'Fio' ? `**${short(value.median)}**` : short(value.median);
          const rest = isMemory
            ? [short(figure(cell, 'clientKib')?.median)]
            : (['p50Us', 'p99Us', 'serverCpuUs', 'clientCpuUs'] as const).map((key) =>
                short(figure(cell, key)?.median),
              );
          return line([
            i === 0 ? row.name : '',
            cell.entry.name,
            row.unit,
            median,
            spread,
            ...rest,
          ]);
        }),
    ),
    '',
  ];
}

function growthPart(cells: readonly Cell[], rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  return [
    '## How cost grows',
    '',
    'Processor time of both ends together. Growth is linear where a call, or an item, costs the',
    'same however many there are; the last line of each table says by which power the cost of all',
    'of them grows from the last but one size to the last: 1 is linear.',
    '',
    ...unique(rows.map(({ group }) => group)).flatMap((group) => {
      const points = growthPoints(cells, group);
      const isBytes = group.startsWith('bytes');
      const each = isBytes ? 'CPU, µs per call' : 'CPU, µs each';
      return [
        line([group, 'per second', each, ...(isBytes ? ['CPU, µs per KiB'] : [])]),
        rule(0, isBytes ? 4 : 3),
        ...points.map(({ at, perSecond, cpuUs }) =>
          line([
            String(at),
            short(perSecond),
            short(cpuUs),
            ...(isBytes ? [short((cpuUs / at) * 1_024)] : []),
          ]),
        ),
        '',
        `Grows as the power ${short(powerOf(points, isBytes))}.`,
        '',
      ];
    }),
  ];
}

export interface GrowthPoint {
  readonly at: number;
  readonly perSecond: number;
  readonly cpuUs: number;
}

export function growthPoints(cells: readonly Cell[], group: string): GrowthPoint[] {
  return cells
    .filter(({ row, rounds }) => row.group === group && rounds.length > 0)
    .map((cell) => ({
      at: cell.row.at ?? 1,
      perSecond: figure(cell, 'value')!.median,
      cpuUs:
        (figure(cell, 'serverCpuUs')?.median ?? NaN) + (figure(cell, 'clientCpuUs')?.median ?? NaN),
    }));
}

/** A call that moves n bytes costs c(n); n calls cost n times c(n). */
function powerOf(points: readonly GrowthPoint[], isBytes: boolean): number | undefined {
  const [before, last] = points.slice(-2);
  if (before === undefined || last === undefined) return undefined;
  const cost = ({ at, cpuUs }: GrowthPoint) => (isBytes ? cpuUs : at * cpuUs);
  return Math.log(cost(last) / cost(before)) / Math.log(last.at / before.at);
}

function shortPart(cells: readonly Cell[], rows: readonly Row[]): string[] {
  const lines = rows.flatMap((row) =>
    row.goals.flatMap((goal) => {
      const { reached, isMet } = judge(cells, row, goal);
      if (reached === undefined || isMet) return [];
      const wanted = 'value' in goal ? `${goal.value} ${row.unit}` : goalWords(row, goal);
      const why = SHORTFALLS[row.name] ?? 'The reason is not known yet.';
      return [`- **${row.name}**: ${short(reached)}, and the goal is ${wanted}. ${why}`];
    }),
  );
  return lines.length === 0 ? [] : ['## Short of a goal', '', ...lines, ''];
}

function absentPart(cells: readonly Cell[]): string[] {
  const lines = unique(
    cells.flatMap(({ row, entry, failures }) => [
      ...(entry.absence() === undefined ? [] : [`- ${entry.name}: ${entry.absence() ?? ''}`]),
      ...failures
        .slice(0, 1)
        .map((text) => `- ${row.name}, ${entry.name}: ${text.split('\n', 1)[0] ?? ''}`),
    ]),
  );
  return lines.length === 0 ? [] : ['## Not measured', '', ...lines, ''];
}

function title(group: string): string {
  return group.charAt(0).toUpperCase() + group.slice(1);
}
