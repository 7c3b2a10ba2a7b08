import type { EnumType, Field, MessageType, Method, Service, ValueType } from '../model';
import type { FileNames } from './file-names';
import { indent, quote } from './text';

/**
 * What the service's server answers to Describe. A function, so that who only serves or calls does
 * not pay for it, and whole: types of other files are in it too.
 */
export function emitTypes(
  service: Service,
  names: FileNames,
  errors: readonly MessageType[],
): string[] {
  const { messages, enums } = reachable(service.methods, errors);
  const documented = service.methods.filter(({ doc }) => doc !== '');
  return [
    `types: (): ${names.runtime('ServiceTypes')} => ({`,
    ...indent([
      ...commentLine(service.doc),
      ...list(
        'methodComments:',
        documented.map(({ name, doc }) => `[${quote(name)}, ${quote(doc)}],`),
        { isOmitted: documented.length === 0 },
      ),
      ...list('messages:', messages.flatMap(emitMessage)),
      ...list('enums:', enums.flatMap(emitEnum)),
    ]),
    '}),',
  ];
}

function emitMessage(message: MessageType): string[] {
  const fields = message.members
    .flatMap((member) =>
      member.kind === 'field'
        ? [emitField(member)]
        : member.cases.map((one) => emitField(one, member.name)),
    )
    .sort((a, b) => a.number - b.number)
    .map(({ text }) => text);
  return object([
    `name: ${quote(message.fullName)},`,
    ...commentLine(message.doc),
    ...(message.error === undefined
      ? []
      : [`errorId: ${message.error.id},`, `code: ${message.error.code},`]),
    ...list('fields:', fields),
  ]);
}

function emitField(field: Field, oneof?: string): { number: number; text: string } {
  const { type, key } = field;
  // A single message may be absent, whether it says so or not.
  const isPlain =
    field.label === 'single' || (field.label === 'optional' && type.kind === 'message');
  const parts = [
    `name: ${quote(field.name)}`,
    `number: ${field.number}`,
    `type: ${quote(typeText(type))}`,
    ...(isPlain ? [] : [`label: ${quote(field.label)}`]),
    ...(key === undefined ? [] : [`key: ${quote(key.name)}`]),
    ...(oneof === undefined ? [] : [`oneof: ${quote(oneof)}`]),
    ...(type.kind === 'scalar' && type.isJsNumber ? ['isJsNumber: true'] : []),
    ...(field.doc === '' ? [] : [`comment: ${quote(field.doc)}`]),
  ];
  return { number: field.number, text: `{ ${parts.join(', ')} },` };
}

function emitEnum(type: EnumType): string[] {
  const values = type.values.map(({ name, number, doc }) => {
    const comment = doc === '' ? '' : `, comment: ${quote(doc)}`;
    return `{ name: ${quote(name)}, number: ${number}${comment} },`;
  });
  return object([
    `name: ${quote(type.fullName)},`,
    ...commentLine(type.doc),
    ...list('values:', values),
  ]);
}

/** What methods take and answer, errors, all inside of these, and their enums, by name. */
function reachable(
  methods: readonly Method[],
  errors: readonly MessageType[],
): { messages: MessageType[]; enums: EnumType[] } {
  const messages = new Set<MessageType>();
  const enums = new Set<EnumType>();
  const visit = (type: ValueType): void => {
    if (type.kind === 'enum') enums.add(type);
    if (type.kind !== 'message' || messages.has(type)) return;
    messages.add(type);
    for (const member of type.members) {
      const fields = member.kind === 'field' ? [member] : member.cases;
      for (const field of fields) visit(field.type);
    }
  };
  for (const method of methods) [method.input, method.output].forEach(visit);
  errors.forEach(visit);
  const byName = (a: { fullName: string }, b: { fullName: string }): number =>
    a.fullName < b.fullName ? -1 : 1;
  return { messages: [...messages].sort(byName), enums: [...enums].sort(byName) };
}

function typeText(type: ValueType): string {
  return type.kind === 'scalar' ? type.name : `.${type.fullName}`;
}

function commentLine(doc: string): string[] {
  return doc === '' ? [] : [`comment: ${quote(doc)},`];
}

function object(lines: readonly string[]): string[] {
  return ['{', ...indent(lines), '},'];
}

function list(head: string, lines: readonly string[], { isOmitted = false } = {}): string[] {
  if (isOmitted) return [];
  return lines.length === 0 ? [`${head} [],`] : [`${head} [`, ...indent(lines), '],'];
}
