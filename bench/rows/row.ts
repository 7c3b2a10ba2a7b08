import type { Measurement } from '../measure/measurement';
import type { Timing } from '../load';

/** What Fio is to reach in a row. */
export type Goal =
  /** As a multiple of the column's best; `of` its median latency, of which less is better. */
  | { readonly column: string; readonly factor: number; readonly of?: 'p50Us' }
  /** In the row's unit. */
  | { readonly value: number };

/** One figure to be measured: a row, a column, and how. */
export interface Entry {
  readonly column: string;
  /** Tells entries of one column apart. */
  readonly name: string;
  /** Why it cannot be measured here; undefined when it can. */
  absence(): string | undefined;
  measure(timing: Timing): Promise<Measurement>;
}

/** What is compared. */
export interface Row {
  readonly group: string;
  readonly name: string;
  readonly unit: string;
  /** Whether the better figure is the smaller one. */
  readonly isLessBetter: boolean;
  readonly goals: readonly Goal[];
  readonly entries: readonly Entry[];
  /** Of a group that shows how cost grows: how much there is of it. */
  readonly at?: number;
}
