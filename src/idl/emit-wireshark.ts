import type { EnumType, Field, Member, MessageType, Method, Model, Service } from './model';

/** A file of the dissector's hand-written part. */
export interface LuaPart {
  readonly name: string;
  readonly text: string;
}

/**
 * The Wireshark dissector of the services of a model, as one Lua file: tables of what the .proto
 * files say, then the parts that read them, each a block so that its local names stay its own.
 */
export function emitWireshark(model: Model, parts: readonly LuaPart[]): string {
  const names = model.files.map((file) => file.name).join(', ');
  return [
    `-- Made by \`fio stubs --wireshark\` from ${names}; do not edit.`,
    'local fio = { services = {}, messages = {}, enums = {} }',
    ...emitTables(model),
    ...parts.map(({ name, text }) => `\ndo -- ${name}\n${text.trimEnd()}\nend`),
    '',
  ].join('\n');
}

/** The tables alone, in Lua. */
export function emitTables({ files }: Model): string[] {
  return [
    ...files.flatMap((file) => file.services.map(serviceTable)),
    ...files.flatMap((file) => file.enums.map(enumTable)),
    ...files.flatMap((file) => file.messages.map(messageTable)),
  ];
}

function serviceTable(service: Service): string {
  const methods = service.methods.map((method) => `    [${method.id}] = ${methodTable(method)},`);
  return [
    `fio.services[${service.id}] = {`,
    `  name = ${quote(service.fullName)},`,
    '  methods = {',
    ...methods,
    '  },',
    '}',
  ].join('\n');
}

function methodTable({ name, input, output }: Method): string {
  const types = `input = ${quote(input.fullName)}, output = ${quote(output.fullName)}`;
  return `{ name = ${quote(name)}, ${types} }`;
}

/** Of two names for one number the first is shown. */
function enumTable(type: EnumType): string {
  const names = new Map<number, string>();
  for (const { name, number } of type.values) names.set(number, names.get(number) ?? name);
  const entries = [...names].map(([number, name]) => `[${number}] = ${quote(name)}`);
  return `fio.enums[${quote(type.fullName)}] = { ${entries.join(', ')} }`;
}

function messageTable(message: MessageType): string {
  const table = `fio.messages[${quote(message.fullName)}]`;
  if (message.members.length === 0) return `${table} = {}`;
  const members = message.members.map((member) => `  ${memberTable(member)},`);
  return [`${table} = {`, ...members, '}'].join('\n');
}

function memberTable(member: Member): string {
  if (member.kind === 'field') return fieldTable(member);
  const cases = member.cases.map((one) => `[${one.number}] = ${fieldTable(one)}`);
  return `{ name = ${quote(member.name)}, cases = { ${cases.join(', ')} } }`;
}

function fieldTable({ name, type, label, key }: Field): string {
  const typeName = type.kind === 'scalar' ? type.name : type.fullName;
  const parts = [`name = ${quote(name)}`, `type = ${quote(typeName)}`];
  if (label !== 'single') parts.push(`label = ${quote(label)}`);
  if (key !== undefined) parts.push(`key = ${quote(key.name)}`);
  if (type.kind === 'scalar' && type.isJsNumber) parts.push('safe = true');
  return `{ ${parts.join(', ')} }`;
}

/** Names of the IDL are ASCII letters, digits, _ and dots: nothing in them needs an escape. */
function quote(name: string): string {
  return `"${name}"`;
}
