import { parse, type IParserResult } from 'protobufjs';
import type { Outline } from './outline';
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
  const expected = EXPECTED.exec(error.message);
  if (expected !== null) {
    const [, found, wanted] = expected;
    const text = isEnd(found) ? 'the file ends too early' : `\`${found ?? ''}\` cannot stand here`;
    report.add(place, text, `Write \`${wanted ?? ''}\` before it.`);
    return;
  }
  const [, what = '', found = ''] = ILLEGAL.exec(error.message) ?? [];
  if (isEnd(found)) {
    report.add(place, 'the file ends too early', 'Write the rest of this statement.');
    return;
  }
  const [text, advice] = KINDS[what] ?? [
    'cannot stand here',
    'Write a declaration, such as `message Name { string text = 1; }`.',
  ];
  report.add(place, `\`${found}\` ${text}`, advice);
}

const NAMES = 'Write letters, digits and _, and no digit first.';
const KINDS: Readonly<Record<string, readonly [string, string]>> = {
  name: ['is not a name', NAMES],
  'type name': ['is not a name for a message', NAMES],
  'service name': ['is not a name for a service', NAMES],
  type: [
    'is not a type that can stand here',
    'Write a scalar type or the name of a message or an enum; as the key of a map, an integer type, bool or string.',
  ],
  id: ['is not a number for a field or value', 'Write a whole number in digits, such as `= 1`.'],
  value: ['is not a value', 'Write a number, true, false, a string or a name.'],
};

function isEnd(found: string | undefined): boolean {
  return found === undefined || found === 'null';
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
  if (isEnd(found)) return endOf(source);
  // It may have looked some tokens ahead of the one that it complains about.
  for (let i = Math.min(last, tokens.length - 1); i >= Math.max(0, last - 3); i--) {
    const token = tokens[i];
    if (token !== undefined && isText(token, found)) return token.place;
  }
  return tokens[Math.min(last, tokens.length - 1)]?.place ?? endOf(source);
}

function isText(token: Token, found: string | undefined): boolean {
  return token.text === found || token.text.slice(1, -1) === found || token.text[0] === found;
}

/** Behind the last character that is not white space. */
function endOf(source: Source): Place {
  return { source, offset: source.text.trimEnd().length, length: 1 };
}
