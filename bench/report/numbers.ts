/** Three digits: 0.82, 11.4, 517 k, 1.93 M. */
export function short(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value >= 1e6) return `${digits(value / 1e6)} M`;
  if (value >= 1e4) return `${digits(value / 1e3)} k`;
  return digits(value);
}

function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** A line of a Markdown table. */
export function line(columns: readonly string[]): string {
  return `| ${columns.join(' | ')} |`;
}

/** The line below the heads: the first columns to the left, the others to the right. */
export function rule(left: number, right: number): string {
  return line([...Array<string>(left).fill('---'), ...Array<string>(right).fill('--:')]);
}

export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
