import { isColoured, type Io, type Output } from './io';

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Colour = keyof typeof CODES;
export type Paint = (colour: Colour, text: string) => string;

/** Colours for a stream: none unless it is a terminal that wants them. */
export function paintFor(output: Output, env: Io['env']): Paint {
  if (!isColoured(output, env)) return (_, text) => text;
  return (colour, text) => (text === '' ? '' : `\u001B[${CODES[colour]}m${text}\u001B[0m`);
}
