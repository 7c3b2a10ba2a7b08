import type { Field, Member, MessageType, Oneof } from '../model';
import { camelCase } from '../names';
import type { FileNames } from './file-names';
import { block, quote } from './text';
import { encodeValue } from './values';

/** The method `encode`: one call of the writer per value, in the sequence of the wire. */
export function encodeMethod(message: MessageType, names: FileNames): string[] {
  if (message.members.length === 0) return ['encode: () => undefined,'];
  const body = message.members.flatMap((member) => encodeMember(member, names));
  return block('encode(writer, value)', body, '},');
}

function encodeMember(member: Member, names: FileNames): string[] {
  const value = `value.${camelCase(member.name)}`;
  if (member.kind === 'oneof') return encodeOneof(member, value, names);
  switch (member.label) {
    case 'single':
      return encodeValue(member.type, value, names);
    case 'optional':
      return encodeOptional(member, value, names);
    case 'repeated':
      return [
        `writer.count(${value}.length);`,
        ...block(`for (const item of ${value})`, encodeValue(member.type, 'item', names)),
      ];
    case 'map':
      return [
        `writer.count(${value}.size);`,
        ...block(`for (const [key, item] of ${value})`, [
          ...(member.key === undefined ? [] : encodeValue(member.key, 'key', names)),
          ...encodeValue(member.type, 'item', names),
        ]),
      ];
  }
}

function encodeOptional(field: Field, value: string, names: FileNames): string[] {
  const local = `f${field.number}`;
  return [
    `const ${local} = ${value};`,
    `if (${local} === undefined) writer.present(false);`,
    ...block('else', ['writer.present(true);', ...encodeValue(field.type, local, names)]),
  ];
}

function encodeOneof(oneof: Oneof, value: string, names: FileNames): string[] {
  const local = `f${oneof.cases[0]?.number ?? 0}`;
  const cases = oneof.cases.flatMap((one) =>
    block(`case ${quote(camelCase(one.name))}:`, [
      `writer.u16(${one.number});`,
      'const oneofMark = writer.enter();',
      ...encodeValue(one.type, `${local}.value`, names),
      'writer.leave(oneofMark);',
      'break;',
    ]),
  );
  const unknown = `${names.global('String')}((${local} as { case: unknown }).case)`;
  return [
    `const ${local} = ${value};`,
    `if (${local} === undefined) writer.u16(0);`,
    ...block(`else switch (${local}.case)`, [
      ...cases,
      'default:',
      `  throw new ${names.global('TypeError')}(\`oneof ${oneof.name} has no case \${${unknown}}\`);`,
    ]),
  ];
}
