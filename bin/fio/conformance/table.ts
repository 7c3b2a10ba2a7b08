import type { Case } from '../../../src/conformance/model';
import {
  formatSums,
  formatVerdict,
  type Side,
  type Verdict,
} from '../../../src/conformance/report';
import { paintFor } from '../tool/paint';
import { Progress } from '../tool/progress';
import { wireLines } from './wire-lines';

const COLOURS = { passed: 'green', failed: 'red', 'not applicable': 'dim' } as const;
const INDENT = '    ';

/**
 * What becomes of the cases, a line for each as soon as it is known; below a failure what was
 * wanted and what came. On a terminal the last line says how far it is.
 */
export class Table {
  private done = 0;
  private failed = 0;
  private readonly paint = paintFor(process.stdout, process.env);
  private readonly progress: Progress;

  /**
   * @param total how many there will be, each side counted
   * @param isWritten false: only how far it is
   * @param proto text of conformance.proto
   */
  constructor(
    private readonly total: number,
    private readonly isWritten: boolean,
    private readonly proto: string,
  ) {
    this.progress = new Progress(process.stderr, process.env, total, 0);
  }

  begin({ name }: Case, side: Side): void {
    const failed = this.failed === 0 ? '' : `, ${this.failed} failed`;
    this.progress.tell(this.done, `of ${this.total}${failed}  ${side} ${name}`);
  }

  add(verdict: Verdict): void {
    if (verdict.side !== undefined) this.done++;
    if (verdict.status === 'failed') this.failed++;
    if (!this.isWritten) return;
    this.progress.clear();
    process.stdout.write(`${this.coloured(verdict)}\n`);
    for (const line of this.explanation(verdict)) process.stdout.write(`${INDENT}${line}\n`);
  }

  end(verdicts: readonly Verdict[]): void {
    this.progress.clear();
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
    const { status } = verdict;
    return this.paint(COLOURS[status], line.slice(0, status.length)) + line.slice(status.length);
  }
}
