import type { Field, Member, MessageType, Oneof } from '../model';
import { camelCase, typeName } from '../names';
import type { FileNames } from './file-names';
import { block, indent, quote } from './text';
import { decodeScalar, decodeValue, valueBytesMin, valueTypeText, zeroText } from './values';

/**
 * The method `decode`: one call of the reader per value, and one object literal with the
 * properties in a fixed sequence, so that all messages of a type have the same hidden class.
 */
export function decodeMethod(message: MessageType, names: FileNames): string[] {
  if (message.members.length === 0) return ['decode: () => ({}),'];
  const inline = message.members.map((member) => decodeInline(member, names));
  if (inline.every((expression) => expression !== undefined)) {
    const properties = message.members.map(
      (member, i) => `${camelCase(member.name)}: ${inline[i] ?? ''},`,
    );
    return ['decode: (reader) => ({', ...indent(properties), '}),'];
  }
  return block(
    'decode(reader)',
    [
      ...message.members.flatMap((member, i) => {
        const expression = inline[i];
        if (expression !== undefined) return [`const ${localOf(member)} = ${expression};`];
        return decodeMember(member, message, names);
      }),
      'return {',
      ...indent(message.members.map((member) => `${camelCase(member.name)}: ${localOf(member)},`)),
      '};',
    ],
    '},',
  );
}

function localOf(member: Member): string {
  return `f${member.kind === 'field' ? member.number : (member.cases[0]?.number ?? 0)}`;
}

/** The expression that reads a member, if one expression can. */
function decodeInline(member: Member, names: FileNames): string | undefined {
  if (member.kind === 'oneof' || member.type.kind === 'message') return undefined;
  const value = decodeScalar(member.type, names);
  if (member.label === 'single') {
    return `reader.more() ? ${value} : ${zeroText(member.type, names)}`;
  }
  if (member.label === 'optional') {
    return `reader.more() && reader.present() ? ${value} : undefined`;
  }
  return undefined;
}

function decodeMember(member: Member, message: MessageType, names: FileNames): string[] {
  const local = localOf(member);
  if (member.kind === 'oneof') return decodeOneof(member, message, local, names);
  switch (member.label) {
    case 'repeated':
      return decodeList(member, local, names);
    case 'map':
      return decodeMap(member, local, names);
    case 'optional':
    case 'single':
      return [
        `let ${local}: ${valueTypeText(member.type, names)} | undefined;`,
        ...block(
          'if (reader.more() && reader.present())',
          decodeValue(member.type, names, (value) => `${local} = ${value};`),
        ),
      ];
  }
}

function decodeList(field: Field, local: string, names: FileNames): string[] {
  return [
    `const ${local}: ${valueTypeText(field.type, names)}[] = [];`,
    ...block('if (reader.more())', [
      `const count = reader.count(${valueBytesMin(field.type)});`,
      ...block(
        'for (let i = 0; i < count; i++)',
        decodeValue(field.type, names, (value) => `${local}.push(${value});`),
      ),
    ]),
  ];
}

function decodeMap(field: Field, local: string, names: FileNames): string[] {
  const key = field.key;
  if (key === undefined) return [];
  const types = `${valueTypeText(key, names)}, ${valueTypeText(field.type, names)}`;
  const add = names.runtime('addEntry');
  return [
    `const ${local} = new ${names.global('Map')}<${types}>();`,
    ...block('if (reader.more())', [
      `const count = reader.count(${valueBytesMin(key) + valueBytesMin(field.type)});`,
      ...block('for (let i = 0; i < count; i++)', [
        `const key = ${decodeScalar(key, names)};`,
        ...decodeValue(field.type, names, (value) => `${add}(${local}, key, ${value});`),
      ]),
    ]),
  ];
}

function decodeOneof(
  oneof: Oneof,
  message: MessageType,
  local: string,
  names: FileNames,
): string[] {
  return [
    `let ${local}: ${typeName(message)}[${quote(camelCase(oneof.name))}];`,
    ...block('if (reader.more())', [
      'const number = reader.u16();',
      ...block('if (number !== 0)', [
        'const oneofEnd = reader.enter();',
        ...block(
          'switch (number)',
          oneof.cases.flatMap((one) => decodeCase(one, local, names)),
        ),
        'reader.leave(oneofEnd);',
      ]),
    ]),
  ];
}

/** A case that is newer than we are has no `case` here, and reads as none. */
function decodeCase(one: Field, local: string, names: FileNames): string[] {
  const name = quote(camelCase(one.name));
  const zero = zeroText(one.type, names);
  const set = (value: string): string => `${local} = { case: ${name}, value: ${value} };`;
  const read =
    one.type.kind === 'message'
      ? [...block('if (reader.more())', decodeValue(one.type, names, set)), `else ${set(zero)}`]
      : [set(`reader.more() ? ${decodeScalar(one.type, names)} : ${zero}`)];
  return block(`case ${one.number}:`, [...read, 'break;']);
}
