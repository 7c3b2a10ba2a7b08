/** What one measurement of one row for one peer gave. */
export interface Measurement {
  /** In the row's unit. */
  readonly value: number;
  readonly p50Us?: number | undefined;
  readonly p99Us?: number | undefined;
  /** Of processor time, per call or item; undefined where there is no /proc, as the rest. */
  readonly serverCpuUs?: number | undefined;
  readonly clientCpuUs?: number | undefined;
  /** Of a row of memory: `value` is the server's. */
  readonly clientKib?: number | undefined;
  /** What other programs took meanwhile: 1 is a whole core. */
  readonly foreignCores?: number | undefined;
}

/** More than this for other programs spoils a measurement. */
export const FOREIGN_CORES_MAX = 0.3;

export function isDisturbed({ foreignCores = 0 }: Measurement): boolean {
  return foreignCores > FOREIGN_CORES_MAX;
}
