// Results as Markdown, and its place in README.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { PEERS } from './peers/index';
import { figure, FOREIGN_CORES_MAX, isDisturbed, type Cell, type Results } from './results';
import { WORKLOADS } from './workloads/index';

const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

/** Two tables, and the sentences without which they mean nothing. */
export function toMarkdown(results: Results): string {
  return [
    ...rateTable(results.cells),
    '',
    ...costTable(results.cells),
    '',
    ...notes(results),
    '',
  ].join('\n');
}

/** Put the text between the marks of README.md; false when there are none. */
export function putIntoReadme(path: string, markdown: string): boolean {
  if (!existsSync(path)) return false;
  const text = readFileSync(path, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) return false;
  const body = `${BEGIN}\n\n${markdown}\n`;
  writeFileSync(path, text.slice(0, begin) + body + text.slice(end));
  return true;
}

const [OURS, ...OTHERS] = PEERS.map((peer) => peer.name) as [string, ...string[]];

function rateTable(cells: readonly Cell[]): string[] {
  return [
    row(['ReadBalance, calls/s', ...names(), ...OTHERS.map((peer) => `${OURS} ÷ ${peer}`)]),
    row(['---', ...names().map(() => '--:'), ...OTHERS.map(() => '--:')]),
    ...WORKLOADS.map((workload) => {
      const cellOf = (peer: string) => find(cells, workload.name, peer);
      const ratios = OTHERS.map((peer) => {
        const ours = figure(cellOf(OURS), 'callsPerSecond');
        const theirs = figure(cellOf(peer), 'callsPerSecond');
        if (ours === undefined || theirs === undefined) return '–';
        const goal = workload.goals[peer];
        const wanted = goal === undefined ? '' : ` (goal ${goal})`;
        return `**${short(ours.median / theirs.median)}**${wanted}`;
      });
      return row([workload.name, ...names().map((peer) => withSpread(cellOf(peer))), ...ratios]);
    }),
  ];
}

function costTable(cells: readonly Cell[]): string[] {
  const columns = ['p50, µs', 'p99, µs', 'server CPU, µs per call', 'client CPU, µs per call'];
  const keys = ['p50Us', 'p99Us', 'serverCpuUsPerCall', 'clientCpuUsPerCall'] as const;
  return [
    row(['', 'peer', ...columns]),
    row(['---', '---', ...columns.map(() => '--:')]),
    ...WORKLOADS.flatMap((workload) =>
      names().map((peer, i) => {
        const cell = find(cells, workload.name, peer);
        const figures = keys.map((key) => short(figure(cell, key)?.median));
        return row([i === 0 ? workload.name : '', peer, ...figures]);
      }),
    ),
  ];
}

function notes({ date, machine, timing, cells }: Results): string[] {
  const rounds = cells.flatMap((cell) => cell.rounds);
  const roundCount = Math.max(...cells.map((cell) => cell.rounds.length));
  const disturbed = rounds.filter(isDisturbed).length;
  const pinned = machine.pinned
    ? 'The server has cpu 0, the client cpu 1.'
    : 'Server and client were **not** kept to one core each: no taskset, or fewer than 2 cores.';
  return [
    `Median (slowest–fastest) of ${roundCount} interleaved rounds of ${timing.measuredMs / 1_000} s`,
    `after ${timing.warmUpMs / 1_000} s of warm-up and more, over 127.0.0.1; every answer checked.`,
    `${pinned} ${machine.cpu}, ${machine.cores} cores, ${machine.system}, Node ${machine.node},`,
    `${date}.`,
    ...(disturbed === 0
      ? []
      : [
          `In ${disturbed} of ${rounds.length} measurements other programs took more than`,
          `${FOREIGN_CORES_MAX} of a core; they count only where there is no other.`,
        ]),
    'raw Node is a bound and not a peer: it echoes bytes of the same length, and its latency is',
    'that of a batch.',
  ];
}

function names(): string[] {
  return [OURS, ...OTHERS];
}

function find(cells: readonly Cell[], workload: string, peer: string): Cell {
  const cell = cells.find((one) => one.workload === workload && one.peer === peer);
  return cell ?? { workload, peer, rounds: [] };
}

function withSpread(cell: Cell): string {
  const rate = figure(cell, 'callsPerSecond');
  if (rate === undefined) return '–';
  if (rate.rounds === 1) return `${short(rate.median)} (one round)`;
  return `${short(rate.median)} (${short(rate.min)}–${short(rate.max)})`;
}

/** Three digits: 0.82, 11.4, 517 k, 1.93 M. */
export function short(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value >= 1e6) return `${digits(value / 1e6)} M`;
  if (value >= 1e4) return `${digits(value / 1e3)} k`;
  return digits(value);
}

function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function row(columns: readonly string[]): string {
  return `| ${columns.join(' | ')} |`;
}
