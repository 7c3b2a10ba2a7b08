import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one operation may cost. */
export interface Bound {
  /** When the bound was set. */
  readonly instructions: number;
  /** How far from that a count may be: several times what runs differ by. */
  readonly tolerancePercent: number;
}

/** The file of bounds. Another compiler makes other code: they are those of one engine. */
export interface Bounds {
  readonly engine: string;
  readonly workloads: Readonly<Record<string, Bound>>;
}

/** `higher` is a regression; `lower` asks for a lower bound; the others for a bound or a workload. */
export type Verdict = 'within' | 'higher' | 'lower' | 'unbounded' | 'unmeasured';

export interface Finding {
  readonly name: string;
  readonly verdict: Verdict;
  readonly measured: number | undefined;
  readonly bound: Bound | undefined;
}

const FILE = join(__dirname, 'bounds.json');
/** Runs differ by a tenth of that; what the compiler makes of a change elsewhere by more. */
const TOLERANCE_PERCENT = 3;

/** The engine that runs this process, as far as the figures depend on it. */
export const ENGINE = `V8 ${process.versions.v8.split('.', 2).join('.')} ${process.arch}`;

export function readBounds(): Bounds {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Bounds;
}

export function writeBounds(bounds: Bounds): void {
  writeFileSync(FILE, `${JSON.stringify(bounds, undefined, 2)}\n`);
}

/** Bounds of what was measured, with the tolerances that were chosen before. */
export function boundsOf(measured: ReadonlyMap<string, number>, before: Bounds): Bounds {
  const workloads = [...measured].map(([name, instructions]): [string, Bound] => {
    const { tolerancePercent = TOLERANCE_PERCENT } = before.workloads[name] ?? {};
    return [name, { instructions, tolerancePercent }];
  });
  return { engine: ENGINE, workloads: Object.fromEntries(workloads) };
}

/** Every workload that was measured or should have been. */
export function judge(measured: ReadonlyMap<string, number>, { workloads }: Bounds): Finding[] {
  const names = new Set([...Object.keys(workloads), ...measured.keys()]);
  return [...names].map((name) => {
    const bound = workloads[name];
    const value = measured.get(name);
    return { name, verdict: verdictOn(value, bound), measured: value, bound };
  });
}

function verdictOn(measured: number | undefined, bound: Bound | undefined): Verdict {
  if (measured === undefined) return 'unmeasured';
  if (bound === undefined) return 'unbounded';
  const percent = growthPercent(measured, bound);
  if (percent > bound.tolerancePercent) return 'higher';
  return percent < -bound.tolerancePercent ? 'lower' : 'within';
}

/** Whether the guard lets this pass: to be faster than the bound is no fault. */
export function isGood({ verdict }: Finding): boolean {
  return verdict === 'within' || verdict === 'lower';
}

/** What was found, in words, and what to do about it. */
export function explain({ name, verdict, measured = 0, bound }: Finding): string {
  if (verdict === 'unmeasured') return `${name} is bounded, but no workload is called that`;
  const count = `${name}: ${grouped(measured)} instructions`;
  if (bound === undefined) return `${count}, and no bound: make guard update=1`;
  const percent = growthPercent(measured, bound);
  const change = `${Math.abs(percent).toFixed(1)} % ${percent < 0 ? 'less' : 'more'} than the bound`;
  const compared = `${count}, ${change} of ${grouped(bound.instructions)}`;
  if (verdict === 'within') return compared;
  if (verdict === 'lower') return `${compared}: lower it with make guard update=1`;
  return (
    `${compared} (± ${bound.tolerancePercent} %). What has grown: compare ` +
    `make guard look='${name}' before and after the change. If it is worth its price: ` +
    'make guard update=1, and the reason in the commit. See docs/PERFORMANCE.md'
  );
}

function growthPercent(measured: number, { instructions }: Bound): number {
  return (100 * (measured - instructions)) / instructions;
}

function grouped(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ' ');
}
