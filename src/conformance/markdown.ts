import type { Case } from './model';
import { formatSums, type Side, type Verdict } from './report';

const MARKS: Readonly<Record<Verdict['status'], string>> = {
  passed: '✓',
  failed: '**failed**',
  'not applicable': 'n/a',
};

/** How many cases have passed, and a table for each group of them. */
export function formatMarkdown(cases: readonly Case[], verdicts: readonly Verdict[]): string {
  const groups = [...new Set(cases.map(({ group }) => group))];
  const parts = groups.map((group) => {
    const rows = cases.filter((one) => one.group === group).map((one) => row(one, verdicts));
    return `### ${group}

| case | what has to be so | PROTOCOL.md | server | client |
|---|---|---|---|---|
${rows.join('\n')}
`;
  });
  const sums = `${cases.length} cases: ${formatSums(verdicts)}, each side counted apart.\n`;
  return [sums, ...parts].join('\n');
}

function row(one: Case, verdicts: readonly Verdict[]): string {
  const own = verdicts.filter(({ name }) => name === one.name);
  const [reason] = own.flatMap((verdict) => verdict.reason ?? []);
  const what = reason === undefined ? one.description : `${one.description} *${reason}*`;
  const cells = [`\`${one.name}\``, what, one.section, mark(own, 'server'), mark(own, 'client')];
  return `| ${cells.join(' | ')} |`;
}

/** Empty where the case is about the other side. */
function mark(verdicts: readonly Verdict[], side: Side): string {
  const found = verdicts.find((verdict) => verdict.side === side || verdict.side === undefined);
  return found === undefined ? '' : MARKS[found.status];
}
