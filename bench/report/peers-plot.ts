import { PEERS } from '../peers/index';
import { best, figure, type Cell } from '../results';
import type { Row } from '../rows/row';
import { short, unique } from './numbers';
import { BOUND, FAINT, OURS, rect, stroke, svg, text, THEIRS } from './svg';

const WIDTH = 860;
const PANELS_PER_LINE = 2;
const PANEL_WIDTH = WIDTH / PANELS_PER_LINE;
const LABEL_WIDTH = 92;
const FIGURE_WIDTH = 58;
const BAR_HEIGHT = 14;
const STEP = 19;
const HEAD = 40;
const GAP = 22;
/** Groups whose rows say how much is done in a second. */
const GROUPS = new Set(['unary', 'stream', 'echo']);

/** Rates of everybody, a panel for each row, on a logarithmic scale: a step is ten times as much. */
export function peersPlot(cells: readonly Cell[]): string {
  const rows = unique(cells.map(({ row }) => row)).filter(
    ({ group, name }) => GROUPS.has(group) && !name.includes('client') && !name.includes('both'),
  );
  const lines = Math.ceil(rows.length / PANELS_PER_LINE);
  const parts: string[] = [];
  let top = 12;
  for (let at = 0; at < lines; at++) {
    const panels = rows.slice(at * PANELS_PER_LINE, (at + 1) * PANELS_PER_LINE);
    const heights = panels.map((row, i) => {
      const bars = barsOf(cells, row);
      parts.push(...panel(row, bars, i * PANEL_WIDTH + 12, top));
      return HEAD + bars.length * STEP;
    });
    top += Math.max(...heights) + GAP;
  }
  const note =
    'Logarithmic: a line is ten times the one before. raw Node is a bound: it makes no values and knows no calls.';
  parts.push(text(12, top + 4, note, 'class="s"'));
  return svg(WIDTH, top + 18, parts);
}

interface Bar {
  readonly column: string;
  readonly value: number;
}

function barsOf(cells: readonly Cell[], row: Row): Bar[] {
  return unique(PEERS.map(({ column }) => column))
    .map((column) => ({ column, value: figure(best(cells, row, column), 'value')?.median }))
    .filter((bar): bar is Bar => bar.value !== undefined)
    .sort((a, b) => b.value - a.value);
}

function panel(row: Row, bars: readonly Bar[], left: number, top: number): string[] {
  const values = bars.map(({ value }) => value);
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.log10(Math.max(...values)));
  const room = PANEL_WIDTH - 24 - LABEL_WIDTH - FIGURE_WIDTH;
  const zero = left + LABEL_WIDTH;
  const x = (value: number) => zero + ((Math.log10(value) - first) / (last - first)) * room;
  const bottom = top + HEAD - 8 + bars.length * STEP;
  const decades = Array.from({ length: Math.floor(last) - first + 1 }, (_, i) => 10 ** (first + i));
  return [
    text(left, top + 12, `${row.name}, ${row.unit}`, 'class="t"'),
    ...decades.map((value) =>
      stroke(
        [
          [x(value), top + HEAD - 14],
          [x(value), bottom],
        ],
        `stroke="${FAINT}"`,
      ),
    ),
    ...bars.flatMap(({ column, value }, i) => {
      const y = top + HEAD - 10 + i * STEP;
      const color = column === 'Fio' ? OURS : column === 'raw Node' ? BOUND : THEIRS;
      const weight = column === 'Fio' ? 'font-weight="600"' : '';
      return [
        text(zero - 6, y + 11, column, `text-anchor="end" ${weight}`),
        rect(zero, y, Math.max(1, x(value) - zero), BAR_HEIGHT, color),
        text(x(value) + 5, y + 11, short(value), `class="s" ${weight}`),
      ];
    }),
  ];
}
