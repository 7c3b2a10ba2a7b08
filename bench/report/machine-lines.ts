import { FOREIGN_CORES_MAX, isDisturbed } from '../measure/measurement';
import type { Results } from '../results';

/** How and where it was measured, in sentences. */
export function machineLines({ date, machine, timing, rounds, cells }: Results): string[] {
  const all = cells.flatMap((cell) => cell.rounds);
  const disturbed = all.filter(isDisturbed).length;
  const pinned = machine.pinned
    ? 'the server on cpu 0, the client on cpu 1'
    : '**not** kept to one core each (no taskset, or fewer than 2 cores)';
  return [
    `Medians of ${rounds} interleaved rounds of ${timing.measuredMs / 1_000} s after`,
    `${timing.warmUpMs / 1_000} s of warm-up, over 127.0.0.1, ${pinned}, every answer checked.`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, ${date}.`,
    ...(disturbed === 0
      ? []
      : [
          `In ${disturbed} of ${all.length} measurements other programs took more than`,
          `${FOREIGN_CORES_MAX} of a core; these were repeated, and count only where there is no other.`,
        ]),
  ];
}
