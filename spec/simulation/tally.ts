import type { Outcome } from './simulate';
import type { WorldOptions } from './world';

/** How to live through one world again. */
export function replayCommand(
  seed: number,
  options: Omit<WorldOptions, 'seed' | 'tracer'>,
): string {
  const { payments, planted, engine = 'simulated' } = options;
  const plant = planted === undefined ? '' : ` plant=${planted}`;
  const kind = engine === 'simulated' ? '' : ` engine=${engine}`;
  return `make simulate seeds=1 first=${seed} payments=${payments}${kind}${plant}`;
}

const ROWS: readonly (readonly [string, (outcome: Outcome) => number])[] = [
  ['payments', ({ payments }) => payments],
  ['  answered at every step', ({ answered }) => answered],
  ['keyed calls sent by clients', ({ calls }) => calls],
  ['  of these repeats of a key', ({ retries }) => retries],
  ['outcomes unknown for a time', ({ resolved, abandoned }) => resolved + abandoned],
  ['  of these found out later', ({ resolved }) => resolved],
  ['  given up, or forgotten', ({ abandoned }) => abandoned],
  ['balances read or told', ({ readings }) => readings],
  ['movements in the journals', ({ movements }) => movements],
  ['syncs', ({ syncs }) => syncs],
  ['processes ended and started', ({ crashes }) => crashes],
  ['connections cut', ({ cuts }) => cuts],
  ['directions blocked', ({ blocks }) => blocks],
  ['events', ({ events }) => events],
  ['simulated hours', ({ virtualMs }) => virtualMs / 3_600_000],
];

/** What became of many worlds. */
export class Tally {
  seeds = 0;
  readonly failed: Outcome[] = [];
  readonly #sums = ROWS.map(() => 0);

  add(outcome: Outcome): void {
    this.seeds += 1;
    if (outcome.wrong.length > 0) this.failed.push(outcome);
    ROWS.forEach(([, read], index) => (this.#sums[index]! += read(outcome)));
  }

  /** One line for each count. */
  get table(): string {
    const rows = [
      ['seeds', this.seeds] as const,
      ...ROWS.map(([name], index) => [name, this.#sums[index]!] as const),
    ];
    return [...rows, ['seeds that failed', this.failed.length] as const]
      .map(([name, sum]) => `${name.padEnd(30)}${grouped(Math.round(sum)).padStart(14)}`)
      .join('\n');
  }
}

/** `12 345` */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}
