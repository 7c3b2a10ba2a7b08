import type { EnumType, Field, MessageType, Oneof } from '../model';
import { allowedInEnum, attributes, Names } from './names';
import type { References } from './references';
import { comment, docstring, indent, quote, spaced } from './text';

/** An enum, and what reads it. */
export function emitEnum(type: EnumType, refs: References): string[] {
  const name = refs.own.type(type);
  const names = new Names();
  const values = type.values.flatMap((value) => [
    `${names.take(allowedInEnum(value.name))} = ${value.number}`,
    ...docstring(value),
  ]);
  const pairs = type.values.map((value) => `${quote(value.name)}: ${value.number}`);
  return [
    `class ${name}(_IntEnum):`,
    ...indent([...spaced(docstring(type)), ...values]),
    '',
    '',
    `${refs.own.codec(type)}: _fio.EnumType[${name}] = _fio.EnumType(`,
    ...indent([[quote(type.fullName), name, `{${pairs.join(', ')}}`, ...comment(type)].join(', ')]),
    ')',
  ];
}

/** A message's class, those of its oneofs' cases before it, and its codec. */
export function emitMessage(message: MessageType, refs: References): string[] {
  const names = attributes(message.members);
  const fields = message.members.flatMap((member) => {
    const { type, initial } =
      member.kind === 'field'
        ? refs.field(member)
        : { type: oneofType(message, member, refs), initial: 'None' };
    return [`${names.get(member) ?? ''}: ${type} = ${initial}`, ...docstring(member)];
  });
  const body = [...spaced(docstring(message)), ...fields];
  const cases = message.members.flatMap((member) =>
    member.kind === 'oneof' ? emitCases(message, member, refs) : [],
  );
  return [
    ...cases,
    '@_dataclass(kw_only=True, slots=True)',
    `class ${refs.own.type(message)}:`,
    ...indent(body.length === 0 ? ['pass'] : body),
    '',
    '',
    ...emitCodec(message, names, refs),
  ];
}

function emitCases(message: MessageType, oneof: Oneof, refs: References): string[] {
  return oneof.cases.flatMap((one) => [
    '@_dataclass(slots=True)',
    `class ${refs.own.oneofCase(message, one.number)}:`,
    ...indent([...spaced(docstring(one)), `value: ${refs.type(one.type)}`]),
    '',
    '',
  ]);
}

function oneofType(message: MessageType, oneof: Oneof, refs: References): string {
  const names = oneof.cases.map((one) => refs.own.oneofCase(message, one.number));
  return [...names, 'None'].join(' | ');
}

function emitCodec(
  message: MessageType,
  names: ReadonlyMap<Field | Oneof, string>,
  refs: References,
): string[] {
  const name = refs.own.type(message);
  const members = message.members.flatMap((member) => {
    const attribute = names.get(member) ?? '';
    return member.kind === 'field'
      ? [emitField(member, attribute, refs)]
      : emitOneof(message, member, attribute, refs);
  });
  const { error } = message;
  return [
    `${refs.own.codec(message)}: _fio.MessageCodec[${name}] = _fio.MessageCodec(`,
    ...indent([
      `${quote(message.fullName)},`,
      `${name},`,
      ...(members.length === 0 ? ['lambda: (),'] : ['lambda: (', ...indent(members), '),']),
      ...(error === undefined ? [] : [`error=(${error.id}, ${error.code}),`]),
      ...comment(message).map((text) => `${text},`),
    ]),
    ')',
  ];
}

function emitField(field: Field, attribute: string, refs: References): string {
  const { label, type, key, name, number } = field;
  const head = `${quote(attribute)}, ${quote(name)}, ${number}`;
  const tail = [refs.codec(type), ...about(field)].join(', ');
  if (label === 'repeated') return `_fio.Repeated(${head}, ${tail}),`;
  if (label === 'map' && key !== undefined) {
    return `_fio.Map(${head}, ${refs.codec(key)}, ${tail}),`;
  }
  const isOptional = label === 'optional' || type.kind === 'message';
  return `_fio.${isOptional ? 'Optional' : 'Field'}(${head}, ${tail}),`;
}

function emitOneof(
  message: MessageType,
  oneof: Oneof,
  attribute: string,
  refs: References,
): string[] {
  const cases = oneof.cases.map((one) => {
    const holder = refs.own.oneofCase(message, one.number);
    const head = `${quote(one.name)}, ${one.number}, ${holder}`;
    return `_fio.Case(${[head, refs.codec(one.type), ...about(one)].join(', ')}),`;
  });
  return [`_fio.Oneof(${quote(attribute)}, ${quote(oneof.name)}, (`, ...indent(cases), ')),'];
}

/** What a description says of a field besides its type. */
function about(field: Field): string[] {
  const { type } = field;
  const isJsNumber = type.kind === 'scalar' && type.isJsNumber;
  return [...(isJsNumber ? ['is_js_number=True'] : []), ...comment(field)];
}
