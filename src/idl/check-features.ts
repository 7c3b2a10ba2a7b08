import { bracketEntries, labelToken, nameToken, optionSetting } from './declaration-parts';
import type { Declaration, Outline } from './outline';
import type { Report } from './problem';
import { placeOf, unquote, type Token } from './tokens';

/**
 * Refuses what other dialects of protobuf have and Fio has not, and what protobufjs lets through
 * or has no good words for.
 */
export function checkFeatures(outline: Outline, report: Report): void {
  if (!checkSyntax(outline, report)) return;
  for (const declaration of outline.declarations) checkDeclaration(declaration, report);
}

function checkSyntax(outline: Outline, report: Report): boolean {
  const [first] = outline.declarations;
  const start = { source: outline.source, offset: 0, length: 1 };
  const advice = 'Write `syntax = "proto3";` as the first statement.';
  const word = first?.tokens[0];
  const value = first?.tokens[2];
  if (word?.text === 'edition') {
    report.add(word.place, 'editions are not supported', advice);
    return false;
  }
  if (word?.text !== 'syntax' || value === undefined || first?.tokens[1]?.text !== '=') {
    report.add(word?.place ?? start, 'the file does not say its syntax, and so is proto2', advice);
    return false;
  }
  if (unquote(value) === 'proto3') return true;
  report.add(value.place, `syntax ${value.text} is not supported`, advice);
  return false;
}

function checkDeclaration(declaration: Declaration, report: Report): void {
  const word = declaration.tokens[0];
  if (declaration.kind === 'other' && word !== undefined) {
    if (word.text === 'extend' || word.text === 'extensions') {
      report.add(
        word.place,
        'messages of Fio are not extended from outside',
        'Give the message a field of its own, with the highest number yet.',
      );
      return;
    }
    if (word.text === 'import' && declaration.tokens[1]?.text === 'weak') {
      const place = declaration.tokens[1].place;
      report.add(place, 'weak imports are not supported', 'Write `import` alone.');
    }
  }
  if (BLOCKS.has(declaration.kind) && !declaration.hasBody) {
    const advice = `Write \`${declaration.tokens.map((token) => token.text).join(' ')} { }\`.`;
    report.add(declaration.place, `this ${declaration.kind} has no braces`, advice);
  }
  checkOptionShapes(declaration, report);
  if (declaration.kind === 'field') checkFieldShape(declaration, report);
  if (declaration.kind === 'oneof') checkOneof(declaration, report);
  for (const inner of declaration.body) checkDeclaration(inner, report);
}

const BLOCKS: ReadonlySet<string> = new Set(['message', 'enum', 'service', 'oneof']);

function checkOptionShapes(declaration: Declaration, report: Report): void {
  const { kind, tokens } = declaration;
  const settings: readonly (readonly Token[])[] =
    kind === 'option'
      ? [tokens.slice(1)]
      : kind === 'field' || kind === 'value'
        ? bracketEntries(tokens)
        : [];
  for (const setting of settings) {
    const place = placeOf(setting);
    if (optionSetting(setting) !== undefined) continue;
    const advice = 'Write its name, `=` and its value, such as `deprecated = true`.';
    report.add(place ?? declaration.place, 'an option has a name and a value', advice);
  }
}

function checkFieldShape(declaration: Declaration, report: Report): void {
  const label = labelToken(declaration);
  const [first, second] = declaration.tokens;
  const type = label === undefined ? first : second;
  if (label?.text === 'required') {
    report.add(
      label.place,
      '`required` is proto2',
      'Leave the word out. Whether a field may be missing is for the program to check.',
    );
  } else if (type?.text === 'group' && declaration.hasBody) {
    const advice = 'Declare a message, and a field of its type.';
    report.add(type.place, 'groups are proto2', advice);
  } else if (label !== undefined) {
    checkLabel(label, declaration, report);
  }
}

/** A field has at most one of `optional`, `repeated` and `map`. */
function checkLabel(label: Token, { tokens }: Declaration, report: Report): void {
  const isMap = (i: number): boolean => tokens[i]?.text === 'map' && tokens[i + 1]?.text === '<';
  const value = tokens[4];
  if (label.text === 'map') {
    if (value === undefined || !isMap(4)) return;
    const advice = 'Put the inner one into a message of its own.';
    report.add(value.place, 'the values of a map cannot be maps', advice);
  } else if (isMap(1)) {
    report.add(label.place, `a map cannot be \`${label.text}\``, 'Leave this word out.');
  } else if (['optional', 'repeated', 'required'].includes(tokens[1]?.text ?? '')) {
    report.add(label.place, 'a field has one label', 'Leave this word out.');
  }
}

function checkOneof(declaration: Declaration, report: Report): void {
  const cases = declaration.body.filter((one) => one.kind === 'field');
  const name = nameToken(declaration)?.text ?? '';
  if (declaration.hasBody && cases.length === 0) {
    const advice = 'Give it a field, or remove it.';
    report.add(declaration.place, `the oneof ${name} has no case`, advice);
  }
  for (const one of cases) {
    const label = labelToken(one);
    if (label === undefined || label.text === 'required') continue;
    const what = label.text === 'map' ? 'a map' : `\`${label.text}\``;
    const advice =
      label.text === 'optional'
        ? 'Leave the word out: a case is there or not anyway.'
        : 'Put it into a message of its own, and make that the case.';
    report.add(label.place, `a case of a oneof cannot be ${what}`, advice);
  }
}
