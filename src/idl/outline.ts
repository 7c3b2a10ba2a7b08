import type { Report } from './problem';
import type { Place, Source } from './source';
import { tokenize, type Token } from './tokens';

export type DeclarationKind =
  'message' | 'enum' | 'service' | 'rpc' | 'oneof' | 'field' | 'value' | 'option' | 'other';

/**
 * A statement of a .proto and the statements in its braces. protobufjs reads the grammar and
 * keeps no places; this keeps the places and reads no more grammar than it must.
 */
export interface Declaration {
  readonly kind: DeclarationKind;
  /** All tokens up to `{` or `;`, without them. */
  readonly tokens: readonly Token[];
  /** Empty where there are no braces. */
  readonly body: readonly Declaration[];
  readonly hasBody: boolean;
  /** Where to point when nothing better is known. */
  readonly place: Place;
  /** Behind its `;` or `}`, as an offset in the text. */
  readonly end: number;
}

export interface Outline {
  readonly source: Source;
  readonly tokens: readonly Token[];
  readonly declarations: readonly Declaration[];
}

/** Undefined when the tokens or the braces are wrong: then nothing more can be said of the file. */
export function readOutline(source: Source, report: Report): Outline | undefined {
  const problems = report.problems.length;
  const tokens = tokenize(source, report);
  if (report.problems.length > problems || !checkPairs(tokens, report)) return undefined;
  const reader = { tokens, at: 0 };
  return { source, tokens, declarations: readBody(reader, undefined) };
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['[', ']'],
  ['(', ')'],
]);

function checkPairs(tokens: readonly Token[], report: Report): boolean {
  const open: Token[] = [];
  for (const token of tokens) {
    if (CLOSING.has(token.text)) open.push(token);
    if (![...CLOSING.values()].includes(token.text)) continue;
    const opened = open.pop();
    if (opened !== undefined && CLOSING.get(opened.text) === token.text) continue;
    // A brace is more telling than a bracket: the one that does not match it is the mistake.
    if (opened !== undefined && token.text === '}') reportOpen(opened, report);
    else report.add(token.place, `this \`${token.text}\` closes nothing`, 'Remove it.');
    return false;
  }
  const last = open.at(-1);
  if (last !== undefined) reportOpen(last, report);
  return last === undefined;
}

function reportOpen(token: Token, report: Report): void {
  const advice = `Write \`${CLOSING.get(token.text) ?? ''}\` where it ends.`;
  report.add(token.place, `this \`${token.text}\` is not closed`, advice);
}

interface TokenReader {
  readonly tokens: readonly Token[];
  at: number;
}

function readBody(reader: TokenReader, parent: DeclarationKind | undefined): Declaration[] {
  const declarations: Declaration[] = [];
  while (reader.at < reader.tokens.length) {
    const text = reader.tokens[reader.at]?.text;
    if (text === '}') break;
    if (text === ';') reader.at++;
    else declarations.push(readDeclaration(reader, parent));
  }
  reader.at++;
  return declarations;
}

function readDeclaration(reader: TokenReader, parent: DeclarationKind | undefined): Declaration {
  const first = reader.at;
  skipHead(reader);
  const tokens = reader.tokens.slice(first, reader.at);
  const start = reader.tokens[first] as Token;
  const kind = kindOf(tokens, parent);
  const place = (tokens[1] ?? start).place;
  const hasBody = reader.tokens[reader.at]?.text === '{';
  if (reader.tokens[reader.at]?.text !== '}') reader.at++;
  const body = hasBody ? readBody(reader, kind) : [];
  const last = reader.tokens[Math.min(reader.at, reader.tokens.length) - 1]?.place ?? place;
  return { kind, tokens, hasBody, body, place, end: last.offset + last.length };
}

/** Up to `;`, `{` or `}`; braces in the value of an option do not count. */
function skipHead(reader: TokenReader): void {
  const isOption = reader.tokens[reader.at]?.text === 'option';
  let depth = 0;
  for (; reader.at < reader.tokens.length; reader.at++) {
    const text = reader.tokens[reader.at]?.text ?? '';
    if (depth === 0 && (text === ';' || text === '}' || (text === '{' && !isOption))) return;
    if (text === '[' || text === '{') depth++;
    if (text === ']' || text === '}') depth = Math.max(0, depth - 1);
  }
}

const BY_KEYWORD: Readonly<Record<string, readonly string[]>> = {
  file: [
    'message',
    'enum',
    'service',
    'option',
    'syntax',
    'edition',
    'package',
    'import',
    'extend',
  ],
  message: ['message', 'enum', 'option', 'oneof', 'reserved', 'extensions', 'extend'],
  enum: ['option', 'reserved'],
  service: ['option', 'rpc'],
  oneof: ['option'],
  rpc: ['option'],
};
const DECLARING: ReadonlySet<string> = new Set([
  'message',
  'enum',
  'service',
  'rpc',
  'oneof',
  'option',
]);

function kindOf(tokens: readonly Token[], parent: DeclarationKind | undefined): DeclarationKind {
  const word = tokens[0]?.text ?? '';
  // A field's type may be called like a keyword; then `=` comes third.
  const isKeyword = (BY_KEYWORD[parent ?? 'file'] ?? []).includes(word) && tokens[2]?.text !== '=';
  if (isKeyword || word === 'option') {
    return DECLARING.has(word) ? (word as DeclarationKind) : 'other';
  }
  if (parent === 'message' || parent === 'oneof') return 'field';
  return parent === 'enum' ? 'value' : 'other';
}

/** The declaration whose braces are around an offset; undefined at the file's own level. */
export function enclosing(outline: Outline, offset: number): Declaration | undefined {
  let found: Declaration | undefined;
  let scope = outline.declarations;
  for (;;) {
    const inner = scope.find((one) => one.hasBody && one.place.offset < offset && offset < one.end);
    if (inner === undefined) return found;
    found = inner;
    scope = inner.body;
  }
}
