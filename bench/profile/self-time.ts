import type { Profiler } from 'node:inspector';

/** A function, and how long it ran itself: what it has called is not counted. */
export interface SelfTime {
  readonly name: string;
  readonly milliseconds: number;
}

const IDLE = '(idle)';

/** The functions of a profile by `--cpu-prof`, those that took longest first; without waiting. */
export function selfTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): SelfTime[] {
  const nameOf = new Map(nodes.map(({ id, callFrame }) => [id, describe(callFrame)]));
  const sums = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const name = nameOf.get(id) ?? '(unknown)';
    // A delta is the time since the sample before, which is what that one has found running for;
    // over thousands of samples it does not matter which of the two it is given to.
    sums.set(name, (sums.get(name) ?? 0) + (timeDeltas[at] ?? 0) / 1_000);
  }
  sums.delete(IDLE);
  return [...sums]
    .map(([name, milliseconds]) => ({ name, milliseconds }))
    .sort((one, two) => two.milliseconds - one.milliseconds);
}

function describe({ functionName, url, lineNumber }: Profiler.Profile['nodes'][0]['callFrame']) {
  const name = functionName === '' ? '(anonymous)' : functionName;
  // From src, bench or node_modules on: the rest is where this clone lies.
  const path = url.replace(/^file:\/\//, '').replace(/^.*\/(?=(src|bench|node_modules)\/)/, '');
  return path === '' ? name : `${name}  ${path}:${lineNumber + 1}`;
}

/** The first so many as lines of a table. */
export function topLines(times: readonly SelfTime[], count: number): string[] {
  const busyMs = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return times.slice(0, count).map(({ name, milliseconds }) => {
    const percent = busyMs === 0 ? 0 : (100 * milliseconds) / busyMs;
    return `${percent.toFixed(1).padStart(6)} %  ${milliseconds.toFixed(0).padStart(6)} ms  ${name}`;
  });
}
