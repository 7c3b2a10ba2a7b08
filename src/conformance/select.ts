import type { Case } from './model';

/**
 * The cases that words mean, in their own order: a name means that case; any other word all cases
 * whose name or group has it, or whose section it is (`§12`, `12`). Case does not matter.
 * @throws RangeError for a word that means none
 */
export function selectCases(cases: readonly Case[], words: readonly string[]): readonly Case[] {
  const chosen = new Set<Case>();
  for (const word of words) {
    const found = meantBy(word.toLowerCase(), cases);
    if (found.length === 0) throw new RangeError(`no case has '${word}' in its name or group`);
    for (const one of found) chosen.add(one);
  }
  return cases.filter((one) => chosen.has(one));
}

function meantBy(word: string, cases: readonly Case[]): readonly Case[] {
  const named = cases.filter(({ name }) => name === word);
  if (named.length > 0) return named;
  const section = `§${word.replace('§', '')}`;
  return cases.filter(
    (one) =>
      one.name.includes(word) || one.group.toLowerCase().includes(word) || one.section === section,
  );
}
