import type { Capability } from '../../../src/conformance/model';

/** The options of `fio conformance`. */
export interface ConformanceOptions {
  readonly server?: string;
  readonly client?: string;
  readonly own?: true;
  readonly lacks?: readonly Capability[];
  readonly only?: readonly string[];
  readonly stop?: true;
  readonly json?: true;
  readonly markdown?: true;
  readonly cases?: true;
  readonly proto?: true;
}
