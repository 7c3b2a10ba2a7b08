import type { Machine } from './machine';
import type { Measurement, Timing } from './measurement';
import { PEERS } from './peers/index';
import { WORKLOADS } from './workloads/index';

/** More than this for other programs spoils a round. */
export const FOREIGN_CORES_MAX = 0.3;

/** All rounds of one workload on one peer. */
export interface Cell {
  readonly workload: string;
  readonly peer: string;
  readonly rounds: Measurement[];
}

/** What is written to bench/results/latest.json. */
export interface Results {
  readonly date: string;
  readonly machine: Machine;
  readonly timing: Timing;
  readonly cells: readonly Cell[];
}

/** Every workload on every peer, without rounds yet; workload by workload. */
export function emptyCells(): Cell[] {
  return WORKLOADS.flatMap((workload) =>
    PEERS.map((peer) => ({ workload: workload.name, peer: peer.name, rounds: [] })),
  );
}

export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Rounds that it is made of. */
  readonly rounds: number;
}

/**
 * Median and spread of one figure over the rounds that count: those which other programs did not
 * disturb, or all when they disturbed each. Undefined when it was not measured.
 */
export function figure(cell: Cell, key: keyof Measurement): Figure | undefined {
  const quiet = cell.rounds.filter((round) => !isDisturbed(round));
  const counted = quiet.length > 0 ? quiet : cell.rounds;
  const values = counted.map((round) => round[key]).filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  const sorted = values.sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)!, rounds: sorted.length };
}

export function isDisturbed(round: Measurement): boolean {
  return (round.foreignCores ?? 0) > FOREIGN_CORES_MAX;
}
