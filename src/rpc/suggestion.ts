/** Names are compared up to here: they may be a peer's, and the work grows with the square. */
const COMPARED_CHARS_MAX = 64;
const COMPARED_NAMES_MAX = 1_000;
const SHOWN_NAMES_MAX = 8;
const DISTANCE_MAX = 3;

/** `; did you mean 'add'?`, or which names there are, to be put behind an error. */
export function suggestion(wrong: string, names: readonly string[]): string {
  const near = nearest(wrong, names);
  if (near !== undefined) return `; did you mean '${near}'?`;
  if (names.length === 0) return '; there is none';
  const more = names.length > SHOWN_NAMES_MAX ? ', …' : '';
  return `; there are ${names.slice(0, SHOWN_NAMES_MAX).join(', ')}${more}`;
}

/** The name that somebody who wrote `wrong` may have meant. */
function nearest(wrong: string, names: readonly string[]): string | undefined {
  if (wrong.length > COMPARED_CHARS_MAX) return undefined;
  let best: string | undefined;
  let bestDistance = Math.min(DISTANCE_MAX, Math.ceil(wrong.length / 2)) + 1;
  for (const name of names.slice(0, COMPARED_NAMES_MAX)) {
    if (name.length > COMPARED_CHARS_MAX) continue;
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** How many characters have to be put in, left out or changed. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
