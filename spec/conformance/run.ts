import { CASES } from './cases/index';
import { checkClient, checkServer, sidesOf, type TestedClient } from './check';
import type { Capability, Case } from './model';
import { inapplicability, type Side, type Verdict } from './report';

/** What is under test, and what of it. */
export interface RunInit {
  /** The server under test; left out: none is. */
  readonly server?: string;
  /** The client under test; left out: none is. */
  readonly client?: TestedClient;
  /** A server that is right, for the client under test. */
  readonly reference: string;
  readonly lacking: ReadonlySet<Capability>;
  /** Run these cases alone. */
  readonly only?: ReadonlySet<string>;
  readonly onVerdict?: (verdict: Verdict) => void;
}

/** Runs the cases one after the other. */
export async function runCases(init: RunInit): Promise<Verdict[]> {
  const { only, onVerdict } = init;
  const verdicts: Verdict[] = [];
  for (const one of CASES) {
    if (only !== undefined && !only.has(one.name)) continue;
    for await (const verdict of verdictsOf(one, init)) {
      verdicts.push(verdict);
      onVerdict?.(verdict);
    }
  }
  return verdicts;
}

async function* verdictsOf(one: Case, init: RunInit): AsyncGenerator<Verdict> {
  const { name, group, section } = one;
  const reason = inapplicability(one, init.lacking);
  const sides = sidesOf(one).filter((side) => init[side] !== undefined);
  if ('notApplicable' in one) {
    yield { name, group, section, side: undefined, status: 'not applicable', reason: reason ?? '' };
  }
  for (const side of sides) {
    if (reason !== undefined)
      yield { name, group, section, side, status: 'not applicable', reason };
    else yield judged(one, side, await problemOf(one, side, init));
  }
}

/** What is wrong, by this case; undefined: nothing. */
async function problemOf(one: Case, side: Side, init: RunInit): Promise<string | undefined> {
  const { server, client, reference } = init;
  if ('notApplicable' in one) return undefined;
  if (side === 'server') {
    return server === undefined || 'connections' in one ? undefined : checkServer(one, server);
  }
  if (client === undefined || 'script' in one) return undefined;
  return checkClient(one, reference, client);
}

function judged({ name, group, section }: Case, side: Side, reason: string | undefined): Verdict {
  if (reason === undefined) return { name, group, section, side, status: 'passed' };
  return { name, group, section, side, status: 'failed', reason };
}
