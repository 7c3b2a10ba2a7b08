import { camelCase, typeName } from './names';
import { nameToken } from './declaration-parts';
import type { Declaration, DeclarationKind, Outline } from './outline';
import type { Report } from './problem';
import { isReservedProperty, isReservedType } from './reserved-names';
import type { Token } from './tokens';

/** Refuses names that are used twice in a scope, or that cannot be names in TypeScript. */
export function checkNames(outline: Outline, report: Report): void {
  const types = new Map<string, Token>();
  for (const scope of [outline.declarations, ...scopesIn(outline.declarations)]) {
    checkTwice(scope, report);
  }
  checkTypes(outline.declarations, [], types, report);
}

/** The members that share one scope; a oneof's cases are in their message's. */
function* scopesIn(declarations: readonly Declaration[]): Generator<readonly Declaration[]> {
  for (const one of declarations) {
    if (one.kind === 'message') yield membersOf(one);
    if (one.kind === 'enum' || one.kind === 'service') yield one.body;
    if (one.kind === 'message') yield* scopesIn(one.body);
  }
}

/** What is declared in a message, its oneofs' cases included. */
export function membersOf(message: Declaration): Declaration[] {
  return message.body.flatMap((one) => (one.kind === 'oneof' ? [one, ...one.body] : [one]));
}

function checkTwice(scope: readonly Declaration[], report: Report): void {
  const names = new Map<string, Token>();
  const properties = new Map<string, Token>();
  for (const declaration of scope) {
    const name = nameToken(declaration);
    if (declaration.kind === 'option' || declaration.kind === 'other' || !name) continue;
    if (names.has(name.text)) {
      const advice = 'Give one of the two another name.';
      report.add(name.place, `the name ${name.text} is used twice here`, advice);
      continue;
    }
    names.set(name.text, name);
    if (['field', 'oneof', 'rpc'].includes(declaration.kind)) {
      // The cases of a oneof are no properties, but other languages make them one.
      checkProperty(declaration.kind, name, properties, report);
    }
    if (declaration.kind === 'value' && isReservedProperty(name.text)) {
      report.add(name.place, ...reserved(name.text, `${name.text.toUpperCase()}_VALUE`));
    }
  }
}

function checkProperty(
  kind: DeclarationKind,
  name: Token,
  properties: Map<string, Token>,
  report: Report,
): void {
  const property = camelCase(name.text);
  const other = properties.get(property);
  properties.set(property, name);
  if (isReservedProperty(property) || isReservedProperty(name.text)) {
    const taken = isReservedProperty(property) ? property : name.text;
    const plain = name.text.replace(/^_+|_+$/g, '');
    report.add(name.place, ...reserved(taken, plain + (kind === 'rpc' ? 'Call' : '_value')));
  } else if (!/^[a-z]\w*$/i.test(property)) {
    const advice = 'Begin the name with a letter.';
    report.add(name.place, `the name ${name.text} has no form in TypeScript`, advice);
  } else if (other !== undefined) {
    report.add(
      name.place,
      `${name.text} and ${other.text} are both ${property} in TypeScript`,
      'Give one of the two another name.',
    );
  }
}

function checkTypes(
  scope: readonly Declaration[],
  outer: readonly string[],
  types: Map<string, Token>,
  report: Report,
): void {
  for (const declaration of scope) {
    const name = nameToken(declaration);
    if (!['message', 'enum', 'service'].includes(declaration.kind) || !name) continue;
    const path = [...outer, name.text];
    const text = typeName({ path });
    const other = types.get(text);
    types.set(text, name);
    if (isReservedType(text)) {
      const better = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
      const kind = declaration.kind.charAt(0).toUpperCase() + declaration.kind.slice(1);
      report.add(
        name.place,
        ...reserved(text, isReservedType(better) ? `${better}${kind}` : better),
      );
    } else if (other !== undefined && other.text !== name.text) {
      report.add(
        name.place,
        `two declarations of this file are both ${text} in TypeScript`,
        'Give one of the two another name.',
      );
    }
    if (declaration.kind === 'message') checkTypes(declaration.body, path, types, report);
  }
}

function reserved(name: string, better: string): [text: string, advice: string] {
  return [
    `the name ${name} is taken in JavaScript or in the generated code`,
    `Choose another name, such as ${better}.`,
  ];
}
