import type { Case } from '../../../src/conformance/model';
import {
  formatSums,
  formatVerdict,
  type Side,
  type Verdict,
} from '../../../src/conformance/report';
import { wireLines } from './wire-lines';

const COLOURS = { passed: 32, failed: 31, 'not applicable': 90 } as const;
const BAR_LENGTH = 20;
const INDENT = '    ';

/**
 * What becomes of the cases, a line for each as soon as it is known; below a failure what was
 * wanted and what came. On a terminal the last line says how far it is.
 */
export class Table {
  private done = 0;
  private failed = 0;
  private readonly hasColours = process.stdout.isTTY && (process.env.NO_COLOR ?? '') === '';

  /**
   * @param total how many there will be, each side counted
   * @param isWritten false: only how far it is
   * @param proto text of conformance.proto
   */
  constructor(
    private readonly total: number,
    private readonly isWritten: boolean,
    private readonly proto: string,
  ) {}

  begin({ name }: Case, side: Side): void {
    if (!process.stderr.isTTY) return;
    const filled = Math.round((BAR_LENGTH * this.done) / Math.max(this.total, 1));
    const bar = '='.repeat(filled).padEnd(BAR_LENGTH, '.');
    const failed = this.failed === 0 ? '' : `, ${this.failed} failed`;
    this.clear();
    process.stderr.write(`[${bar}] ${this.done} of ${this.total}${failed}  ${side} ${name}`);
  }

  add(verdict: Verdict): void {
    if (verdict.side !== undefined) this.done++;
    if (verdict.status === 'failed') this.failed++;
    if (!this.isWritten) return;
    this.clear();
    process.stdout.write(`${this.coloured(verdict)}\n`);
    for (const line of this.explanation(verdict)) process.stdout.write(`${INDENT}${line}\n`);
  }

  end(verdicts: readonly Verdict[]): void {
    this.clear();
    if (!this.isWritten) return;
    process.stdout.write(`${formatSums(verdicts)}\n`);
    const failed = verdicts.filter(({ status }) => status === 'failed').map(({ name }) => name);
    if (failed.length > 0) process.stdout.write(`failed: ${[...new Set(failed)].join(' ')}\n`);
  }

  private explanation({ record, section }: Verdict): string[] {
    if (record === undefined) return [];
    return [
      ...(record.expected === undefined ? [] : [`expected (${section}): ${record.expected}`]),
      ...(record.came === undefined ? [] : [`came: ${record.came}`]),
      'on the wire:',
      ...wireLines(record.wire, this.proto).map((line) => INDENT + line),
    ];
  }

  private coloured(verdict: Verdict): string {
    const line = formatVerdict(verdict);
    if (!this.hasColours) return line;
    const { length } = verdict.status;
    return `\x1b[${COLOURS[verdict.status]}m${line.slice(0, length)}\x1b[0m${line.slice(length)}`;
  }

  /** The line that says how far it is. */
  private clear(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}
