/** What each function took itself, what it has called not counted. */
export type Costs = Map<string, number>;

/**
 * Costs of the last of some dumps of callgrind. Names are written in full where they come up first,
 * so all dumps before it are wanted too.
 */
export function readCosts(dumps: readonly string[]): Costs {
  const names = new Map<string, string>();
  for (const [, id, name] of dumps.join('\n').matchAll(/^c?fn=\((\d+)\) (.+)$/gm)) {
    // 'name'2 is name, called by itself.
    names.set(id!, name!.replace(/'\d+$/, ''));
  }
  const costs: Costs = new Map();
  let current = '';
  let isOfCallee = false;
  for (const line of (dumps.at(-1) ?? '').split('\n')) {
    const [, id] = /^fn=\((\d+)\)/.exec(line) ?? [];
    if (id !== undefined) current = names.get(id) ?? id;
    const [, cost] = /^[-+*\d]\d* (\d+)$/.exec(line) ?? [];
    if (cost !== undefined && !isOfCallee) {
      costs.set(current, (costs.get(current) ?? 0) + Number(cost));
    }
    isOfCallee = line.startsWith('calls=');
  }
  return costs;
}

interface Code {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** What lies at an address of code that node has made, by its `--perf-basic-prof`. */
export class CodeMap {
  private readonly codes: readonly Code[];

  constructor(text: string) {
    this.codes = [...text.matchAll(/^([\da-f]+) ([\da-f]+) (.+)$/gm)].map(
      ([, from, size, name]) => {
        const start = parseInt(from!, 16);
        return { start, end: start + parseInt(size!, 16), name: name! };
      },
    );
  }

  /** A function of callgrind by its name in JavaScript, if it is an address of ours. */
  nameOf(functionName: string): string {
    if (!functionName.startsWith('0x')) return functionName;
    const address = Number(functionName);
    // An address may have been used before.
    const code = this.codes.findLast(({ start, end }) => address >= start && address < end);
    return code?.name ?? 'code that is gone';
  }
}

/** The costs under other names; those of one name are added up. The dearest come first. */
export function renamed(costs: Costs, nameOf: (name: string) => string): [string, number][] {
  const sums: Costs = new Map();
  for (const [name, cost] of costs) sums.set(nameOf(name), (sums.get(nameOf(name)) ?? 0) + cost);
  return [...sums].sort(([, one], [, two]) => two - one);
}
