import type { Declaration } from './outline';
import type { Place } from './source';
import { placeOf, type Token } from './tokens';

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

/** What is set in one `option` statement. Undefined if it has no `=`. */
export function optionSetting(tokens: readonly Token[]): OptionSetting | undefined {
  const equals = equalsIndex(tokens);
  const name = tokens.slice(0, Math.max(0, equals));
  const place = placeOf(name);
  if (place === undefined) return undefined;
  const text = name.map((token) => token.text).join('');
  return { name: text.replace(/^\(\./, '('), place, value: tokens[equals + 1] };
}

function bracketOptions(tokens: readonly Token[]): (OptionSetting | undefined)[] {
  return bracketEntries(tokens).map(optionSetting);
}

/** What stands between `[`, the commas and `]` behind a field or an enum value. */
export function bracketEntries(tokens: readonly Token[]): Token[][] {
  const open = tokens.findIndex((token) => token.text === '[');
  if (open < 0) return [];
  const entries: Token[][] = [];
  let first = open + 1;
  let depth = 0;
  for (let i = first; i < tokens.length; i++) {
    const text = tokens[i]?.text ?? '';
    if (depth === 0 && (text === ',' || text === ']')) {
      entries.push(tokens.slice(first, i));
      first = i + 1;
    }
    if (text === '{' || text === '[') depth++;
    if (text === '}' || (text === ']' && depth > 0)) depth--;
  }
  return entries;
}
