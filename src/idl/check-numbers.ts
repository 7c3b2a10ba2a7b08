import { membersOf } from './check-names';
import { nameToken, numberToken, optionsOf } from './declaration-parts';
import type { Declaration, Outline } from './outline';
import type { Report } from './problem';
import { integerOf, unquote, type Token } from './tokens';

const FIELD_NUMBER_MAX = 536_870_911;
const CASE_NUMBER_MAX = 65_535;
const PROTOBUF_OWN = { first: 19_000, last: 19_999 };

/** Checks the numbers of fields and enum values, and what `reserved` says of them. */
export function checkNumbers(outline: Outline, report: Report): void {
  for (const declaration of outline.declarations) checkDeclaration(declaration, report);
}

function checkDeclaration(declaration: Declaration, report: Report): void {
  if (declaration.kind === 'enum') checkEnum(declaration, report);
  if (declaration.kind !== 'message') return;
  const fields = membersOf(declaration).filter((one) => one.kind === 'field');
  const isCase = new Set(declaration.body.flatMap((one) => (one.kind === 'oneof' ? one.body : [])));
  for (const field of fields) checkFieldNumber(field, isCase.has(field), report);
  const highest = Math.max(0, ...fields.map((one) => integerOf(numberToken(one)?.text) ?? 0));
  checkUnique(fields, report, `Write \`= ${highest + 1}\`, or any other that is free.`);
  checkReserved(declaration, fields, report);
  for (const inner of declaration.body) checkDeclaration(inner, report);
}

function checkFieldNumber(field: Declaration, isCase: boolean, report: Report): void {
  const token = numberToken(field);
  const number = integerOf(token?.text);
  if (token === undefined) return;
  // protobufjs lets `max` through.
  if (number === undefined || number < 1 || number > FIELD_NUMBER_MAX) {
    const advice = `Write a number from 1 to ${FIELD_NUMBER_MAX}.`;
    report.add(token.place, `${token.text} is not a number for a field`, advice);
  } else if (number >= PROTOBUF_OWN.first && number <= PROTOBUF_OWN.last) {
    const advice = 'Write a number that is not from 19000 to 19999.';
    report.add(token.place, `protobuf keeps the number ${number} for itself`, advice);
  } else if (isCase && number > CASE_NUMBER_MAX) {
    const advice = `Write a number up to ${CASE_NUMBER_MAX}: it goes on the wire in two bytes.`;
    report.add(token.place, `${number} is too high for a case of a oneof`, advice);
  }
}

function checkUnique(declarations: readonly Declaration[], report: Report, advice: string): void {
  const owners = new Map<number, string>();
  for (const declaration of declarations) {
    const token = numberToken(declaration);
    const number = integerOf(token?.text);
    if (token === undefined || number === undefined) continue;
    const owner = owners.get(number);
    if (owner !== undefined) {
      report.add(token.place, `${owner} has the number ${number} already`, advice);
    }
    owners.set(number, owner ?? nameToken(declaration)?.text ?? '');
  }
}

function checkEnum(declaration: Declaration, report: Report): void {
  const values = declaration.body.filter((one) => one.kind === 'value');
  const [first] = values;
  if (first === undefined) {
    const advice = 'Give it a first value, such as `UNKNOWN = 0;`.';
    report.add(declaration.place, 'this enum has no values', advice);
    return;
  }
  const zero = numberToken(first);
  if (zero !== undefined && integerOf(zero.text) !== 0) {
    report.add(
      zero.place,
      'the first value of an enum must be 0: it is what a field has that was not sent',
      'Write `= 0`, or begin with a value such as `UNKNOWN = 0;`.',
    );
  }
  for (const value of values) {
    const token = numberToken(value);
    const number = integerOf(token?.text);
    if (token !== undefined && (number === undefined || (number | 0) !== number)) {
      const advice = 'Write a number from -2147483648 to 2147483647.';
      report.add(token.place, `${token.text} is not a number for an enum value`, advice);
    }
  }
  const allowed = optionsOf(declaration).some(
    (option) => option.name === 'allow_alias' && option.value?.text === 'true',
  );
  if (!allowed) {
    const advice = 'Choose another number, or write `option allow_alias = true;` in the enum.';
    checkUnique(values, report, advice);
  }
  checkReserved(declaration, values, report);
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function checkReserved(owner: Declaration, members: readonly Declaration[], report: Report): void {
  const statements = owner.body.filter((one) => one.tokens[0]?.text === 'reserved');
  const tokens = statements.flatMap((one) => one.tokens.slice(1));
  const names = new Set(tokens.filter(isString).map(unquote));
  const ranges = rangesIn(tokens);
  for (const member of members) {
    const name = nameToken(member);
    if (name !== undefined && names.has(name.text)) {
      report.add(name.place, `the name ${name.text} is reserved`, 'Choose another name.');
    }
    const token = numberToken(member);
    const number = integerOf(token?.text);
    if (token === undefined || number === undefined) continue;
    if (ranges.some((range) => range.first <= number && number <= range.last)) {
      report.add(token.place, `the number ${number} is reserved`, 'Choose another number.');
    }
  }
}

function rangesIn(tokens: readonly Token[]): Range[] {
  const ranges: Range[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const first = integerOf(tokens[i]?.text);
    if (first === undefined) continue;
    if (tokens[i + 1]?.text === 'to') {
      i += 2;
      const text = tokens[i]?.text;
      ranges.push({ first, last: text === 'max' ? Infinity : (integerOf(text) ?? first) });
    } else {
      ranges.push({ first, last: first });
    }
  }
  return ranges;
}

function isString(token: Token): boolean {
  return token.text.startsWith('"') || token.text.startsWith("'");
}
