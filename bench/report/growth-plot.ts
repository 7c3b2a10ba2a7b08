import type { Cell } from '../results';
import { growthPoints, isGrowth, type GrowthPoint } from './figures-page';
import { short, unique } from './numbers';
import { FAINT, OURS, stroke, svg, text } from './svg';

const PANEL_WIDTH = 430;
const PANEL_HEIGHT = 230;
const LEFT = 58;
const RIGHT = 20;
const TOP = 34;
const BOTTOM = 34;

/** What all of it costs against how much there is of it, both logarithmic: slope 1 is linear. */
export function growthPlot(cells: readonly Cell[]): string {
  const groups = unique(cells.filter(({ row }) => isGrowth(row)).map(({ row }) => row.group));
  const parts = groups.flatMap((group, i) => {
    const isBytes = group.startsWith('bytes');
    const points = growthPoints(cells, group).map(({ at, cpuUs }: GrowthPoint) => ({
      at,
      cost: isBytes ? cpuUs : cpuUs * at,
    }));
    return panel(group, points, (i % 2) * PANEL_WIDTH, Math.floor(i / 2) * PANEL_HEIGHT);
  });
  const height = Math.ceil(groups.length / 2) * PANEL_HEIGHT;
  const note =
    'Processor time of both ends for one round of it, µs. Dashed: linear growth through the last point.';
  return svg(PANEL_WIDTH * 2, height + 24, [...parts, text(12, height + 14, note, 'class="s"')]);
}

function panel(
  group: string,
  points: readonly { readonly at: number; readonly cost: number }[],
  left: number,
  top: number,
): string[] {
  const last = points.at(-1);
  if (last === undefined) return [];
  const sizes = points.map(({ at }) => Math.log10(at));
  const costs = points.map(({ cost }) => Math.log10(cost));
  const [xMin, xMax] = [Math.min(...sizes), Math.max(...sizes)];
  const [yMin, yMax] = [Math.floor(Math.min(...costs)), Math.ceil(Math.max(...costs))];
  const width = PANEL_WIDTH - LEFT - RIGHT;
  const height = PANEL_HEIGHT - TOP - BOTTOM;
  const x = (size: number) => left + LEFT + ((size - xMin) / (xMax - xMin || 1)) * width;
  const y = (cost: number) => top + TOP + (1 - (cost - yMin) / (yMax - yMin || 1)) * height;
  const decades = Array.from({ length: yMax - yMin + 1 }, (_, i) => yMin + i);
  // Down to the lower edge of the panel, not past it.
  const lowest = Math.max(xMin, Math.log10(last.at) - (Math.log10(last.cost) - yMin));
  const linear: [number, number][] = [
    [x(lowest), y(Math.log10(last.cost) - (Math.log10(last.at) - lowest))],
    [x(xMax), y(Math.log10(last.cost))],
  ];
  const line = points.map(({ at, cost }): [number, number] => [
    x(Math.log10(at)),
    y(Math.log10(cost)),
  ]);
  return [
    text(left + 12, top + 18, group, 'class="t"'),
    ...decades.flatMap((decade) => [
      stroke(
        [
          [left + LEFT, y(decade)],
          [left + LEFT + width, y(decade)],
        ],
        `stroke="${FAINT}"`,
      ),
      text(left + LEFT - 6, y(decade) + 4, short(10 ** decade), 'class="s" text-anchor="end"'),
    ]),
    ...points.map(({ at }) =>
      text(
        x(Math.log10(at)),
        top + TOP + height + 16,
        sizeText(at),
        'class="s" text-anchor="middle"',
      ),
    ),
    stroke(linear, `stroke="${FAINT}" stroke-width="2" stroke-dasharray="5 4"`),
    stroke(line, `stroke="${OURS}" stroke-width="2"`),
    ...line.map(
      ([cx, cy]) => `<circle cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="3" fill="${OURS}"/>`,
    ),
  ];
}

function sizeText(at: number): string {
  if (at > 1_048_576) return '4 Mi';
  if (at === 1_048_576) return '1 Mi';
  return at >= 4_096 && at % 1_024 === 0
    ? `${at / 1_024} Ki`
    : short(at).replace(/\.0+(?= |$)/, '');
}
