import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { VIOLATIONS, type Violation } from '../../src/wire/protocol-error';
import { CASES } from '../../src/conformance/cases/index';
import { sidesOf } from '../../src/conformance/check';
import { PAGE, RESULTS_HEADING } from './make-results';
import { formatMarkdown } from '../../src/conformance/markdown';
import { inapplicability, type Verdict } from '../../src/conformance/report';

const ROOT = join(__dirname, '..', '..');

/** Rules that no case can break in its time, or with the types of conformance.proto. */
const NOT_HERE: readonly Violation[] = [
  'HANDSHAKE_TIMEOUT',
  'FRAME_TIMEOUT',
  'MEMORY_EXHAUSTED',
  'NUMBER_UNSAFE',
  // Nothing names it: the connection is closed without an answer.
  'PREFACE_MISMATCH',
];

function read(...path: string[]): string {
  return readFileSync(join(ROOT, ...path), 'utf8');
}

/** What the cases say when all of them pass, as conformance.spec.ts wants it. */
function allPassed(): Verdict[] {
  return CASES.flatMap((one): Verdict[] => {
    const { name, group, section } = one;
    const reason = inapplicability(one, new Set());
    if (reason !== undefined) {
      return [{ name, group, section, side: undefined, status: 'not applicable', reason }];
    }
    return sidesOf(one).map((side) => ({ name, group, section, side, status: 'passed' }));
  });
}

describe('docs/CONFORMANCE.md', () => {
  it('ends with what make-results.ts writes when every case passes', () => {
    const [, results] = readFileSync(PAGE, 'utf8').split(RESULTS_HEADING);
    expect(results).to.equal(formatMarkdown(CASES, allPassed()));
  });

  it('has every case', () => {
    const page = read('docs', 'CONFORMANCE.md');
    const missing = CASES.filter(({ name }) => !page.includes(`| \`${name}\` |`));
    expect(missing.map(({ name }) => name)).to.deep.equal([]);
  });
});

describe('the cases of src/conformance', () => {
  it('have names of their own', () => {
    const names = CASES.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).to.deep.equal([]);
  });

  it('name sections that docs/PROTOCOL.md has', () => {
    const protocol = read('docs', 'PROTOCOL.md');
    const sections = new Set(
      [...protocol.matchAll(/^(?:#{2,3} |\*\*)(\d+(?:\.\d+)?)[. ]/gm)].map(
        ([, n]) => `§${n ?? ''}`,
      ),
    );
    const unknown = CASES.filter(({ section }) => !sections.has(section));
    expect(unknown.map(({ name, section }) => `${name} ${section}`)).to.deep.equal([]);
  });

  it('break every rule that a case can break', () => {
    const named = JSON.stringify(CASES);
    const rules = (Object.keys(VIOLATIONS) as Violation[]).filter(
      (rule) => !named.includes(`"rule":"${rule}"`),
    );
    expect(rules).to.have.members(NOT_HERE);
  });

  it('are data: nothing of them is lost in JSON', () => {
    expect(JSON.parse(JSON.stringify(CASES))).to.deep.equal(CASES);
  });
});
