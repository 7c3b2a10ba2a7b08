import type { Report } from './problem';
import type { Place, Source } from './source';
import { placeOf, tokenize, type Token } from './tokens';

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
  if (!checkBraces(tokens, report) || report.problems.length > problems) return undefined;
  const reader = { tokens, at: 0 };
  return { source, tokens, declarations: readBody(reader, undefined) };
}

function checkBraces(tokens: readonly Token[], report: Report): boolean {
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.text === '{') open.push(token);
    if (token.text === '}' && open.pop() === undefined) {
      report.add(token.place, 'this `}` closes nothing', 'Remove it, or write the `{` before it.');
      return false;
    }
  }
  const last = open.at(-1);
  if (last === undefined) return true;
  report.add(last.place, 'this `{` is not closed', 'Write `}` where its block ends.');
  return false;
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
  return { kind, tokens, hasBody, body: hasBody ? readBody(reader, kind) : [], place };
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

// ---- the parts of a declaration ------------------------------------------------------------

/** The token that names it. */
export function nameToken(declaration: Declaration): Token | undefined {
  const { kind, tokens } = declaration;
  if (kind === 'field') {
    const equals = equalsIndex(tokens);
    return equals < 1 ? undefined : tokens[equals - 1];
  }
  return kind === 'value' ? tokens[0] : tokens[1];
}

/** A field's or an enum value's number. */
export function numberToken(declaration: Declaration): Token | undefined {
  const equals = equalsIndex(declaration.tokens);
  return equals < 0 ? undefined : declaration.tokens[equals + 1];
}

/** The first of `optional`, `repeated`, `required`, or `map`, if a field begins with one. */
export function labelToken(declaration: Declaration): Token | undefined {
  const [first, second] = declaration.tokens;
  if (first === undefined) return undefined;
  if (first.text === 'map') return second?.text === '<' ? first : undefined;
  return ['optional', 'repeated', 'required'].includes(first.text) ? first : undefined;
}

/** Where a field's type is written; of a map, the type of its values. */
export function typePlace(declaration: Declaration): Place {
  const { tokens } = declaration;
  const label = labelToken(declaration);
  const end = equalsIndex(tokens) - 1;
  const type =
    label?.text === 'map'
      ? tokens.slice(4, end - 1)
      : tokens.slice(label === undefined ? 0 : 1, Math.max(1, end));
  return placeOf(type) ?? declaration.place;
}

/** Where the types in an rpc's parentheses are written: the input's, the output's. */
export function rpcTypePlaces(declaration: Declaration): { input: Place; output: Place } {
  const { tokens } = declaration;
  const last = (from: number): Place =>
    tokens[tokens.findIndex((token, i) => i > from && token.text === ')') - 1]?.place ??
    declaration.place;
  const returns = tokens.findIndex((token) => token.text === 'returns');
  return { input: last(0), output: last(returns) };
}

function equalsIndex(tokens: readonly Token[]): number {
  return tokens.findIndex((token) => token.text === '=');
}

export interface OptionSetting {
  /** `deprecated`, `(fio.service)`. */
  readonly name: string;
  readonly place: Place;
  /** Undefined if it is missing. */
  readonly value: Token | undefined;
}

/** What is set in a declaration's `option` statements and in its brackets, in sequence. */
export function optionsOf(declaration: Declaration): OptionSetting[] {
  const statements = declaration.body.filter((one) => one.kind === 'option');
  return [
    ...statements.map((one) => optionSetting(one.tokens.slice(1))),
    ...bracketOptions(declaration.tokens),
  ].filter((setting) => setting !== undefined);
}

/** What is set in one `option` statement. */
export function optionSetting(tokens: readonly Token[]): OptionSetting | undefined {
  const equals = equalsIndex(tokens);
  const name = tokens.slice(0, Math.max(0, equals));
  const place = placeOf(name);
  if (place === undefined) return undefined;
  const text = name.map((token) => token.text).join('');
  return { name: text.replace(/^\(\./, '('), place, value: tokens[equals + 1] };
}

function bracketOptions(tokens: readonly Token[]): (OptionSetting | undefined)[] {
  const open = tokens.findIndex((token) => token.text === '[');
  if (open < 0) return [];
  const settings: (OptionSetting | undefined)[] = [];
  let first = open + 1;
  let depth = 0;
  for (let i = first; i < tokens.length; i++) {
    const text = tokens[i]?.text ?? '';
    if (depth === 0 && (text === ',' || text === ']')) {
      settings.push(optionSetting(tokens.slice(first, i)));
      first = i + 1;
    }
    if (text === '{' || text === '[') depth++;
    if (text === '}' || (text === ']' && depth > 0)) depth--;
  }
  return settings;
}
