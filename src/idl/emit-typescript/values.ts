import type { Field, MessageType, ValueType } from '../model';
import type { FileNames } from './file-names';
import { scalarCode } from './scalars';

/** The type of one value in TypeScript. */
export function valueTypeText(type: ValueType, names: FileNames): string {
  if (type.kind !== 'scalar') return names.type(type);
  const text = scalarCode(type).type;
  return text === 'Uint8Array' ? names.global(text) : text;
}

/** What a field of this type has when it was not sent, as an expression. */
export function zeroText(type: ValueType, names: FileNames): string {
  if (type.kind === 'message') return `${names.type(type)}.zero()`;
  if (type.kind === 'enum') return `${names.type(type)}.${type.values[0]?.name ?? ''}`;
  return scalarCode(type).zero.replace('Uint8Array', names.global('Uint8Array'));
}

/** Least bytes of one value; a message has its length before it. */
export function valueBytesMin(type: ValueType): number {
  return type.kind === 'scalar' ? scalarCode(type).bytesMin : 4;
}

/** Least bytes of a message without a length before it; an empty one takes 1 where it counts. */
export function messageBytesMin(message: MessageType): number {
  let sum = 0;
  for (const member of message.members) {
    sum += member.kind === 'oneof' ? 2 : fieldBytesMin(member);
  }
  return Math.max(1, sum);
}

function fieldBytesMin(field: Field): number {
  if (field.label === 'optional') return 1;
  return field.label === 'single' ? valueBytesMin(field.type) : 4;
}

/** Statements that write one value, which is a name or the path to a property. */
export function encodeValue(type: ValueType, value: string, names: FileNames): string[] {
  if (type.kind === 'scalar') return [`writer.${scalarCode(type).method}(${value});`];
  if (type.kind === 'enum') return [`writer.i32(${value});`];
  return [
    'const mark = writer.enter();',
    `${names.type(type)}.encode(writer, ${value});`,
    'writer.leave(mark);',
  ];
}

/** The expression that reads a scalar or an enum. */
export function decodeScalar(type: Exclude<ValueType, MessageType>, names: FileNames): string {
  if (type.kind === 'enum') return `reader.i32() as ${names.type(type)}`;
  return `reader.${scalarCode(type).method}()`;
}

/** Statements that read one value. @param use makes a statement of the value's expression */
export function decodeValue(
  type: ValueType,
  names: FileNames,
  use: (value: string) => string,
): string[] {
  if (type.kind !== 'message') return [use(decodeScalar(type, names))];
  return [
    'const outerEnd = reader.enter();',
    use(`${names.type(type)}.decode(reader)`),
    'reader.leave(outerEnd);',
  ];
}
