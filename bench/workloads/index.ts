import { UNARY } from './unary';
import type { Workload } from './workload';

/** The rows of the table. */
export const WORKLOADS: readonly Workload[] = [...UNARY];
