/** In turn: what is quoted, open or not; a backslash and what is behind it; anything else but space. */
const PART = /"(?:[^"\\]|\\.)*"?|'[^']*'?|\\.?|[^\s"'\\]+/gs;
const WORD = /(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|\\.?|[^\s"'\\]+)+/gs;

/**
 * The words of a line that is being typed, without the first, as a shell would cut them; what is
 * still open ends at the end. The last one is '' behind a space.
 */
export function wordsOf(line: string): string[] {
  const parts = [...line.matchAll(WORD)].map(([word]) => word);
  const words = parts.map((word) => word.replace(PART, unquoted));
  const isBetween = !line.endsWith(parts.at(-1) ?? '');
  return [...words, ...(isBetween ? [''] : [])].slice(1);
}

function unquoted(part: string): string {
  if (part.startsWith("'")) return part.replace(/^'|'$/g, '');
  const inner = part.startsWith('"') ? part.replace(/^"|(?<!\\)"$/g, '') : part;
  return inner.replace(/\\(.)/gs, '$1');
}
