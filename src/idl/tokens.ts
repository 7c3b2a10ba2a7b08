import type { Report } from './problem';
import type { Place, Source } from './source';

export interface Token {
  /** As written; a string with its quotes. */
  readonly text: string;
  readonly place: Place;
}

/** White space and comments; a string; one of the symbols; anything else up to one of these. */
const PIECE =
  /(\s+|\/\/[^\n]*|\/\*[^]*?\*\/)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}=;:[\],'"()<>]|[^\s{}=;:[\],'"()<>]+/g;

/**
 * The words, strings and symbols of a .proto, with their places. The grammar is left to
 * protobufjs; this knows no more of it than where a token begins and ends.
 */
export function tokenize(source: Source, report: Report): Token[] {
  const tokens: Token[] = [];
  for (const match of source.text.matchAll(PIECE)) {
    if (match[1] !== undefined) continue;
    const text = match[0];
    const place = { source, offset: match.index, length: text.length };
    if (text.startsWith('/*')) {
      report.add({ ...place, length: 2 }, 'this comment has no end', 'Write `*/` behind it.');
      break;
    }
    if (text === '"' || text === "'") {
      report.add(place, 'this string has no end', `Write ${text} behind it, on the same line.`);
      break;
    }
    tokens.push({ text, place });
  }
  return tokens;
}

/** From the first of some tokens to the last of them. */
export function placeOf(tokens: readonly Token[]): Place | undefined {
  const first = tokens[0]?.place;
  const last = tokens.at(-1)?.place;
  if (first === undefined || last === undefined) return undefined;
  return { ...first, length: last.offset + last.length - first.offset };
}

/** What a string token says. Escapes are left alone: paths and names have none. */
export function unquote(token: Token): string {
  return token.text.slice(1, -1);
}

/** A whole number as protobuf writes it: 10, 0x0a, 012, -1. Undefined if it is something else. */
export function integerOf(text: string | undefined): number | undefined {
  const match = /^(-?)(?:(0|[1-9]\d*)|0([0-7]+)|(0[xX][\da-fA-F]+))$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, sign, decimal, octal, hex] = match;
  const value = octal === undefined ? Number(decimal ?? hex) : parseInt(octal, 8);
  return sign === '-' ? 0 - value : value;
}
