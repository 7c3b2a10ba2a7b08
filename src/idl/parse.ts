import { parse, type IParserResult } from 'protobufjs';
import { enclosing, type DeclarationKind, type Outline } from './outline';
import type { Report } from './problem';
import type { Place, Source } from './source';
import type { Token } from './tokens';

const OPTIONS = { keepCase: true, alternateCommentMode: true };

/** What protobufjs says of a file: the tree, or an error. */
export type Parsed =
  | { readonly ok: true; readonly tree: IParserResult }
  /** `hasLine`: it is about the grammar; else two things that do not go together. */
  | { readonly ok: false; readonly hasLine: boolean; readonly error: Error };

export function parseProto(text: string): Parsed {
  try {
    return { ok: true, tree: parse(text, OPTIONS) };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { ok: false, hasLine: LINE.test(error.message), error };
  }
}

const LINE = /\(line (\d+)\)$/;
const EXPECTED = /^illegal token '([^]*)', '([^]*)' expected \(/;
const ILLEGAL = /^illegal ([a-z ]+) '([^]*)' \(/;

/** Reports an error of the grammar at the token that it is about. */
export function reportSyntax(outline: Outline, error: Error, report: Report): void {
  const place = findToken(outline, error);
  const found = place.source.text.slice(place.offset, place.offset + place.length).trim();
  const [, , wanted] = EXPECTED.exec(error.message) ?? [];
  const [, what = ''] = ILLEGAL.exec(error.message) ?? [];
  const [kind, advice] = KINDS[what] ?? [];
  if (found === '') {
    const missing = wanted === undefined ? 'the rest of this statement' : `\`${wanted}\``;
    report.add(place, 'the file ends too early', `Write ${missing} here.`);
  } else if (wanted !== undefined) {
    report.add(place, `\`${found}\` cannot stand here`, `Write \`${wanted}\` before it.`);
  } else if (kind !== undefined && advice !== undefined) {
    report.add(place, `\`${found}\` stands where ${kind} must be`, advice);
  } else {
    report.add(place, `\`${found}\` cannot stand here`, whatStands(outline, place, found));
  }
}

const NAMES = 'Write a name: letters, digits and _, no digit first.';
/** By protobufjs's word for it: what it is, and what to write. */
const KINDS: Readonly<Record<string, readonly [string, string]>> = {
  name: ['a name', NAMES],
  'type name': ["a message's name", NAMES],
  'service name': ["a service's name", NAMES],
  type: [
    'a type',
    'Write a scalar type or the name of a message or an enum; as a key of a map, ' +
      'an integer type, bool or string.',
  ],
  id: ['a number', 'Write a whole number in digits, such as 1.'],
  value: ['a value', 'Write a number, true, false, a string or a name.'],
};

const CONTENTS: Readonly<Partial<Record<DeclarationKind, string>>> = {
  message: 'In a message, write a field such as `string text = 1;`.',
  oneof: 'In a oneof, write a field such as `string text = 1;`.',
  enum: 'In an enum, write a value such as `UNKNOWN = 0;`.',
  service: 'In a service, write a method such as `rpc Name (Input) returns (Output);`.',
  rpc: 'In an rpc, write options only, such as `option deprecated = true;`.',
};

function whatStands(outline: Outline, place: Place, found: string): string {
  if (found === 'package' || found === 'syntax') {
    return 'Write it once, before the first message, enum or service.';
  }
  const kind = enclosing(outline, place.offset)?.kind;
  if (kind !== undefined) return CONTENTS[kind] ?? 'Remove it.';
  return 'In a file, write a message, an enum or a service, such as `message Name { }`.';
}

/**
 * protobufjs tells no column. So it reads the file again with every token on a line of its own:
 * then the line in its error is the number of the token.
 */
function findToken(outline: Outline, error: Error): Place {
  const { tokens, source } = outline;
  const again = parseProto(tokens.map((token) => token.text).join('\n'));
  const message = again.ok ? error.message : again.error.message;
  const last = Number(LINE.exec(message)?.[1] ?? 1) - 1;
  const found = (EXPECTED.exec(message) ?? /'([^]*)' \(/.exec(message))?.[1];
  if (found === undefined || found === 'null') return endOf(source);
  // It may have looked some tokens ahead of the one that it complains about.
  for (let i = Math.min(last, tokens.length - 1); i >= Math.max(0, last - 3); i--) {
    const token = tokens[i];
    if (token !== undefined && isText(token, found)) return token.place;
  }
  return tokens[Math.min(last, tokens.length - 1)]?.place ?? endOf(source);
}

/** Of a string, protobufjs names the quote or what it says. */
function isText({ text }: Token, found: string): boolean {
  if (text === found) return true;
  const isQuote = found.length === 1 && text.startsWith(found);
  return /^["']/.test(text) && (isQuote || text.slice(1, -1) === found);
}

/** Behind the last character that is not white space. */
function endOf(source: Source): Place {
  return { source, offset: source.text.trimEnd().length, length: 1 };
}
