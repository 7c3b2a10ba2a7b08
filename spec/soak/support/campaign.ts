import { performance } from 'node:perf_hooks';

const LINE_EVERY_MS = 5_000;
const BAR_EVERY_MS = 100;
const BAR_CHARS = 30;

/** Told how far a campaign is. */
export interface Progress {
  /** So many of the total are done. */
  at(done: number): void;
}

/** For the short forms that run in `make test`. */
export const SILENT: Progress = { at: () => undefined };

/** What a campaign found: one line for people, and what is wrong. */
export interface Report {
  readonly line: string;
  /** Empty when all is well. */
  readonly failures: readonly string[];
}

/** A bar on a terminal, else a line every few seconds; on standard error. */
export class ProgressBar implements Progress {
  private toldMs = performance.now();
  private readonly startMs = performance.now();

  constructor(
    private readonly name: string,
    private readonly total: number,
  ) {}

  at(done: number): void {
    const { isTTY } = process.stderr;
    const nowMs = performance.now();
    if (nowMs - this.toldMs < (isTTY ? BAR_EVERY_MS : LINE_EVERY_MS) && done < this.total) return;
    this.toldMs = nowMs;
    const part = Math.min(1, done / this.total);
    const seconds = ((nowMs - this.startMs) / 1_000).toFixed(0);
    const text = `${this.name}: ${done} of ${this.total}, ${seconds} s`;
    const full = Math.round(part * BAR_CHARS);
    const bar = '#'.repeat(full).padEnd(BAR_CHARS, '.');
    process.stderr.write(isTTY ? `\r[${bar}] ${text} ` : `${text}\n`);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\n');
  }
}

/**
 * Run a campaign as a program: progress on standard error, one line of result on standard output,
 * what is wrong behind it; the exit code is 1 then.
 */
export async function campaign(
  name: string,
  total: number,
  run: (progress: Progress) => Promise<Report>,
): Promise<void> {
  const progress = new ProgressBar(name, total);
  const startMs = performance.now();
  const { line, failures } = await run(progress);
  progress.end();
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  console.log(`${name}: ${failures.length === 0 ? 'ok' : 'FAILED'}: ${line}; ${seconds} s`);
  for (const failure of failures.slice(0, 20)) console.log(`  ${failure}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

/** A whole number from the command line, or the default. */
export function argument(position: number, name: string, otherwise: number): number {
  const text = process.argv[1 + position];
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`${name} must be a whole number above 0, not '${text}'`);
  process.exit(2);
}

/** `12.3 MiB` */
export function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
