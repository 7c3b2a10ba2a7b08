import type { Verdict } from '../../../src/conformance/report';
import { wireLines } from './wire-lines';

/** What of a verdict is written as JSON. */
export type VerdictJson = Omit<Verdict, 'record'> & {
  readonly expected?: string;
  readonly came?: string;
  readonly wire?: readonly string[];
};

/** @param proto text of conformance.proto */
export function jsonOf(verdicts: readonly Verdict[], proto: string): VerdictJson[] {
  return verdicts.map(({ record, ...verdict }) => {
    if (record === undefined) return verdict;
    const { expected, came, wire } = record;
    return {
      ...verdict,
      ...(expected !== undefined && { expected }),
      ...(came !== undefined && { came }),
      wire: wireLines(wire, proto),
    };
  });
}
