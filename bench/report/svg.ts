// A drawing as text: what the plots share.

export const INK = '#24292f';
export const FAINT = '#d0d7de';
export const OURS = '#0969da';
export const THEIRS = '#8c959f';
export const BOUND = '#d8b45a';

export function svg(width: number, height: number, parts: readonly string[]): string {
  const style = `text{font:12px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:${INK}}.t{font-weight:600;font-size:13px}.s{font-size:11px}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<style>${style}</style>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

export function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escape(words)}</text>`;
}

export function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}" rx="1.5"/>`;
}

export function stroke(points: readonly (readonly [number, number])[], attributes: string): string {
  const path = points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
  return `<polyline points="${path}" fill="none" ${attributes}/>`;
}

function escape(words: string): string {
  return words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}

function round(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
