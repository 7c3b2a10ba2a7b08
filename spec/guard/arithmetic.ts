/** One count: so many operations of a workload took so many instructions. */
export interface Count {
  readonly name: string;
  readonly operations: number;
  readonly instructions: number;
}

/**
 * The line that the program writes for each count, with what callgrind has dumped for it.
 * @throws Error for a line or a dump that is none
 */
export function readCount(line: string, dump: string): Count {
  const [, operations, name] = /^(\d+) (.+)$/.exec(line) ?? [];
  const [, instructions] = /^totals: (\d+)$/m.exec(dump) ?? [];
  if (name === undefined) throw new Error(`not a line of the program: ${line}`);
  if (instructions === undefined) throw new Error(`callgrind has dumped no total for ${name}`);
  return { name, operations: Number(operations), instructions: Number(instructions) };
}

/**
 * Instructions of one operation, by workload. Of several counts the least: a garbage collection or a
 * function that is being compiled only ever adds. Counts of no operations are left out.
 */
export function perOperation(counts: readonly Count[]): Map<string, number> {
  const least = new Map<string, number>();
  for (const { name, operations, instructions } of counts) {
    if (operations === 0) continue;
    const each = Math.round(instructions / operations);
    least.set(name, Math.min(each, least.get(name) ?? Infinity));
  }
  return least;
}
