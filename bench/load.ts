// What a client keeps a server busy with, as data: it crosses to the processes as words.

/**
 * `read`: ReadBalance. `echo`: bytes there and back. `download`, `upload`, `exchange`: items on
 * streams, by direction. `pay`: an order made and cashed. `idle`: connections that do nothing.
 */
export const LOAD_KINDS = [
  'read',
  'echo',
  'download',
  'upload',
  'exchange',
  'pay',
  'idle',
] as const;

export type LoadKind = (typeof LOAD_KINDS)[number];

export interface Load {
  readonly kind: LoadKind;
  readonly connections: number;
  /** Calls, or streams, at a time on each connection. */
  readonly inFlight: number;
  /** Of a message of `echo`. */
  readonly bytes: number;
}

/** How long one measurement is. */
export interface Timing {
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

/** The arguments behind `client <port>`: those of the programs in other languages too. */
export function toWords(load: Load, timing: Timing): string[] {
  const { kind, connections, inFlight, bytes } = load;
  const numbers = [connections, inFlight, bytes, timing.warmUpMs, timing.measuredMs];
  return [kind, ...numbers.map(String)];
}

export function fromWords(words: readonly string[]): { load: Load; timing: Timing } {
  const kind = LOAD_KINDS.find((one) => one === words[0]);
  if (kind === undefined) throw new Error(`no load is called ${words[0] ?? ''}`);
  const [connections = 1, inFlight = 1, bytes = 0, warmUpMs = 0, measuredMs = 0] = words
    .slice(1)
    .map(Number);
  return { load: { kind, connections, inFlight, bytes }, timing: { warmUpMs, measuredMs } };
}
