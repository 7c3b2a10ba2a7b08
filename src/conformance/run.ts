import { CaseRecord } from './case-record';
import { checkClient, checkServer, sidesOf, type TestedClient } from './check';
import type { CallCase, Capability, Case, RawClientCase, RawServerCase } from './model';
import { inapplicability, type Side, type Verdict } from './report';
import { throughTap } from './tap';

/** What is under test, and what of it. */
export interface RunInit {
  readonly cases: readonly Case[];
  /** The server under test; left out: none is. */
  readonly server?: string;
  /** The client under test; left out: none is. */
  readonly client?: TestedClient;
  /** A server that is right, for the client under test. */
  readonly reference: string;
  readonly lacking: ReadonlySet<Capability>;
  /** Whether nothing more is run when a case has failed. */
  readonly isOverByFailure?: boolean;
  /** Told of a case before it is run. */
  readonly onCase?: (one: Case, side: Side) => void;
  readonly onVerdict?: (verdict: Verdict) => void;
}

type Runnable = (CallCase | RawClientCase | RawServerCase) & Case;

/** Runs the cases one after the other. */
export async function runCases(init: RunInit): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const one of init.cases) {
    for await (const verdict of verdictsOf(one, init)) {
      verdicts.push(verdict);
      init.onVerdict?.(verdict);
      if (verdict.status === 'failed' && init.isOverByFailure === true) return verdicts;
    }
  }
  return verdicts;
}

/** The sides of a case that are run. */
export function sidesToRun(one: Case, init: Pick<RunInit, Side>): Side[] {
  return sidesOf(one).filter((side) => init[side] !== undefined);
}

async function* verdictsOf(one: Case, init: RunInit): AsyncGenerator<Verdict> {
  const { name, group, section } = one;
  const reason = inapplicability(one, init.lacking);
  if ('notApplicable' in one) {
    yield { name, group, section, side: undefined, status: 'not applicable', reason: reason ?? '' };
    return;
  }
  for (const side of sidesToRun(one, init)) {
    if (reason !== undefined) {
      yield { name, group, section, side, status: 'not applicable', reason };
      continue;
    }
    init.onCase?.(one, side);
    yield await judge(one, side, init);
  }
}

async function judge(one: Runnable, side: Side, init: RunInit): Promise<Verdict> {
  const { name, group, section } = one;
  let record = new CaseRecord();
  let reason = await problemOf(one, side, init, record);
  if (reason === undefined) return { name, group, section, side, status: 'passed' };
  if (!('script' in one) && !('connections' in one)) {
    // Nobody has seen the bytes of these calls: once more, with somebody who listens.
    record = new CaseRecord();
    const again = await problemThroughTap(one, side, init, record);
    if (again === undefined) reason += ' (run again, it passed)';
  }
  return { name, group, section, side, status: 'failed', reason, record };
}

/** What is wrong, by this case; undefined: nothing. */
async function problemOf(
  one: Runnable,
  side: Side,
  { server, client, reference }: RunInit,
  record: CaseRecord,
): Promise<string | undefined> {
  if (side === 'server') {
    if (server === undefined || 'connections' in one) return undefined;
    return checkServer(one, server, record);
  }
  if (client === undefined || 'script' in one) return undefined;
  return checkClient(one, reference, client, record);
}

async function problemThroughTap(
  one: Runnable,
  side: Side,
  init: RunInit,
  record: CaseRecord,
): Promise<string | undefined> {
  const target = side === 'server' ? (init.server ?? '') : init.reference;
  return throughTap(target, record, (address) => {
    const tapped = side === 'server' ? { server: address } : { reference: address };
    return problemOf(one, side, { ...init, ...tapped }, record);
  });
}
