/** Lines of code, moved in by one level. */
export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `    ${line}`));
}

/** A string literal: what JSON escapes, Python reads the same way. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** A docstring, or nothing when there is nothing to say. */
export function docstring(about: { doc: string; deprecated: boolean }): string[] {
  const text = [about.doc, about.deprecated ? 'Deprecated.' : ''].filter((part) => part !== '');
  if (text.length === 0) return [];
  const lines = text.join('\n').replace(/\\/g, '\\\\').replace(/"/g, '\\"').split('\n');
  if (lines.length === 1) return [`"""${lines[0] ?? ''}"""`];
  return [`"""${lines[0] ?? ''}`, ...lines.slice(1).map((line) => line.trimEnd()), '"""'];
}

/** `head(`, a line for each part, `)`. */
export function call(head: string, parts: readonly string[]): string[] {
  return [`${head}(`, ...indent(parts.map((part) => `${part},`)), ')'];
}

/** A comment of the IDL as an argument, or nothing when there is none. */
export function comment({ doc }: { readonly doc: string }): string[] {
  return doc === '' ? [] : [`comment=${quote(doc)}`];
}

/** The lines, and an empty one behind them if there are any. */
export function spaced(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [...lines, ''];
}
