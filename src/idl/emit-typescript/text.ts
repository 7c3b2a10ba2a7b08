/** Lines of code, moved in by one level. */
export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

/** `head {`, the lines moved in, `tail`; all in one line when there is nothing between. */
export function block(head: string, lines: readonly string[], tail = '}'): string[] {
  return lines.length === 0 ? [`${head} {${tail}`] : [`${head} {`, ...indent(lines), tail];
}

/** A string literal. */
export function quote(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'");
  return `'${escaped}'`;
}

/** A docstring, or nothing when there is nothing to say. */
export function docstring(about: { doc: string; deprecated: boolean }): string[] {
  const lines = about.doc === '' ? [] : about.doc.replace(/\*\//g, '*\\/').split('\n');
  if (about.deprecated) lines.push('@deprecated');
  if (lines.length === 0) return [];
  if (lines.length === 1) return [`/** ${lines[0] ?? ''} */`];
  return ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'];
}
