import type { Member, MessageType } from '../model';
import { camelCase, typeName } from '../names';
import { decodeMethod } from './decode';
import { encodeMethod } from './encode';
import type { FileNames } from './file-names';
import { block, docstring, indent, quote } from './text';
import { messageBytesMin, valueTypeText, zeroText } from './values';

/** A message's interface, and the codec of the same name. */
export function emitMessage(message: MessageType, names: FileNames): string[] {
  const name = typeName(message);
  return [
    ...docstring(message),
    ...block(
      `export interface ${name}`,
      message.members.flatMap((member) => [...docstring(member), ...propertyLines(member, names)]),
    ),
    '',
    ...block(
      `export const ${name}: ${names.runtime(message.error === undefined ? 'MessageCodec' : 'ErrorType')}<${name}> =`,
      [
        `name: ${quote(message.fullName)},`,
        ...errorLines(message),
        `bytesMin: ${messageBytesMin(message)},`,
        ...literalMethod('zero: ()', message, (member) => memberZero(member, names)),
        ...literalMethod(
          message.members.length === 0 ? 'create: ()' : 'create: (init = {})',
          message,
          (member) => given(camelCase(member.name), memberZero(member, names)),
        ),
        ...encodeMethod(message, names),
        ...decodeMethod(message, names),
      ],
      '};',
    ),
  ];
}

/** What makes a message the detail of an error. */
function errorLines({ error, fullName, path }: MessageType): string[] {
  if (error === undefined) return [];
  const package_ = fullName.slice(0, -path.join('.').length).replace(/\.$/, '');
  return [`errorId: ${error.id},`, `code: ${error.code},`, `package: ${quote(package_)},`];
}

function propertyLines(member: Member, names: FileNames): string[] {
  const name = camelCase(member.name);
  if (member.kind === 'oneof') {
    const cases = member.cases.map(
      (one) =>
        `  | { case: ${quote(camelCase(one.name))}; value: ${valueTypeText(one.type, names)} }`,
    );
    return [`${name}?:`, ...cases, '  | undefined;'];
  }
  const type = valueTypeText(member.type, names);
  switch (member.label) {
    case 'single':
      return [`${name}: ${type};`];
    case 'optional':
      return [`${name}?: ${type} | undefined;`];
    case 'repeated':
      return [`${name}: ${type}[];`];
    case 'map': {
      const key = member.key === undefined ? '' : valueTypeText(member.key, names);
      return [`${name}: ${names.global('Map')}<${key}, ${type}>;`];
    }
  }
}

function memberZero(member: Member, names: FileNames): string {
  if (member.kind === 'oneof' || member.label === 'optional') return 'undefined';
  if (member.label === 'repeated') return '[]';
  if (member.label === 'map') return `new ${names.global('Map')}()`;
  return zeroText(member.type, names);
}

/** A property that is the object's own, so that nothing on a prototype gets on the wire. */
function given(name: string, zero: string): string {
  const own = `Object.hasOwn(init, ${quote(name)}) ? init.${name} : undefined`;
  return zero === 'undefined' ? own : `(${own}) ?? ${zero}`;
}

function literalMethod(
  head: string,
  message: MessageType,
  valueOf: (member: Member) => string,
): string[] {
  if (message.members.length === 0) return [`${head} => ({}),`];
  const properties = message.members.map(
    (member) => `${camelCase(member.name)}: ${valueOf(member)},`,
  );
  return [`${head} => ({`, ...indent(properties), '}),'];
}
