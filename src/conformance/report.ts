import type { CaseRecord } from './case-record';
import type { Capability, Case } from './model';

export type Side = 'server' | 'client';

/** What has become of a case with one side under test. */
export interface Verdict {
  readonly name: string;
  readonly group: string;
  /** Of docs/PROTOCOL.md. */
  readonly section: string;
  /** Undefined where a case applies to neither side. */
  readonly side: Side | undefined;
  readonly status: 'passed' | 'failed' | 'not applicable';
  /** Why it has failed, or does not apply. */
  readonly reason?: string;
  /** What has happened, if it has failed. */
  readonly record?: CaseRecord;
}

/** Why a case does not apply; undefined when it does. */
export function inapplicability(one: Case, lacking: ReadonlySet<Capability>): string | undefined {
  if ('notApplicable' in one) return one.notApplicable;
  const lacks = [one.needs ?? []].flat().find((need) => lacking.has(need));
  return lacks === undefined ? undefined : `It needs ${lacks}, which is lacking here.`;
}

/** One line: what has become of it, which side, the section, the case, and why. */
export function formatVerdict({ name, section, side, status, reason }: Verdict): string {
  const columns = [status.padEnd(14), (side ?? '-').padEnd(6), section.padEnd(6), name];
  return `${columns.join(' ')}${reason === undefined ? '' : `: ${reason}`}`;
}

/** `250 passed, 0 failed, 9 not applicable` */
export function formatSums(verdicts: readonly Verdict[]): string {
  const statuses = ['passed', 'failed', 'not applicable'] as const;
  return statuses
    .map((status) => `${verdicts.filter((one) => one.status === status).length} ${status}`)
    .join(', ');
}
