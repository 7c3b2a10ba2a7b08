import type { Report } from '../campaign';
import { MAY_BE_LOST } from './service';
import type { Failure, Tally } from './tally';

/** What may happen in a phase, and what clients are to notice. */
export interface Expectation {
  /** Calls that were in progress on one server may be lost, unless they can be made again. */
  readonly mayLose: boolean;
  /** Who has gone. */
  readonly gone: string | undefined;
  /** Who has come, and when binders knew it: milliseconds from the phase's beginning. */
  readonly come: Readonly<Record<string, number>>;
}

/** Phases of one kind together. */
interface Row {
  phases: number;
  calls: number;
  readonly failures: Record<string, number>;
  /** For each client and phase. */
  readonly noticedMs: number[];
  readonly longestMs: number[];
}

/** What a campaign has seen: figures for people, and what must not be. */
export class Findings {
  readonly #rows = new Map<string, Row>();
  readonly #failures: string[] = [];

  fail(text: string): void {
    this.#failures.push(text);
  }

  add(title: string, tally: Tally, { mayLose, gone, come }: Expectation): void {
    const row = this.#rows.get(title) ?? newRow();
    this.#rows.set(title, row);
    row.phases++;
    row.calls += tally.calls;
    for (const seen of tally.clients) {
      row.longestMs.push(seen.longestMs);
      if (gone !== undefined) row.noticedMs.push(seen.lastFrom[gone] ?? 0);
      for (const [name, knownMs] of Object.entries(come)) {
        row.noticedMs.push(Math.max(0, (seen.firstFrom[name] ?? Infinity) - knownMs));
      }
    }
    for (const { kind, status } of tally.failures) {
      const name = `${kind} ${status}`;
      row.failures[name] = (row.failures[name] ?? 0) + 1;
    }
    this.#check(title, tally.failures, mayLose);
  }

  report(title: string): Report {
    const rows = [...this.#rows].map(([name, row]) => describe(name, row));
    const calls = [...this.#rows.values()].reduce((sum, row) => sum + row.calls, 0);
    return { line: `${title}, ${calls} calls\n${rows.join('\n')}\n`, failures: this.#failures };
  }

  /** A client has one call at a time that may be lost, and so at most one that is. */
  #check(title: string, failures: readonly Failure[], mayLose: boolean): void {
    const lost = new Set<number>();
    for (const { kind, client, status, message, mayHaveActed } of failures) {
      const isInProgress = status === 'UNAVAILABLE' && mayHaveActed;
      const isAllowed = mayLose && MAY_BE_LOST[kind] && isInProgress && !lost.has(client);
      lost.add(client);
      if (!isAllowed) this.fail(`${title}: client ${client}, ${kind}: ${message}`);
    }
  }
}

function newRow(): Row {
  return { phases: 0, calls: 0, failures: {}, noticedMs: [], longestMs: [] };
}

function describe(title: string, row: Row): string {
  const failed = Object.entries(row.failures).map(([name, count]) => `${count} ${name}`);
  const noticed = row.noticedMs.length === 0 ? '' : `; noticed after ${figures(row.noticedMs)}`;
  return (
    `  ${title} (${row.phases}): ${row.calls} calls, failed ${failed.join(', ') || 'none'}` +
    `${noticed}; longest call ${figures(row.longestMs)}`
  );
}

/** Median and worst. */
function figures(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `${median.toFixed(0)} ms (worst ${(sorted.at(-1) ?? 0).toFixed(0)})`;
}
