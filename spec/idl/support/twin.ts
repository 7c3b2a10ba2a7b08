import * as codec from '../../../src/wire/codec';
import type { Codec, MessageCodec, MessageField } from '../../../src/wire/codec';
import type { Value } from './load';
import { protoName, type FieldSpec, type MemberSpec, type Schema, type TypeSpec } from './schema';

const SCALARS: Readonly<Record<string, Codec<unknown>>> = {
  bool: codec.bool,
  int32: codec.int32,
  sint32: codec.int32,
  sfixed32: codec.int32,
  uint32: codec.uint32,
  fixed32: codec.uint32,
  int64: codec.int64,
  sint64: codec.int64,
  sfixed64: codec.int64,
  uint64: codec.uint64,
  fixed64: codec.uint64,
  float: codec.float,
  double: codec.double,
  string: codec.string,
  bytes: codec.bytes,
};

const NUMBERS: Readonly<Record<string, Codec<unknown>>> = {
  int64: codec.int64Number,
  sint64: codec.int64Number,
  sfixed64: codec.int64Number,
  uint64: codec.uint64Number,
  fixed64: codec.uint64Number,
};

/** The same messages from the combinators of src/wire/codec.ts, without the stub compiler. */
export function twinOf(schema: Schema): MessageCodec<Value>[] {
  const twins: MessageCodec<Value>[] = [];
  schema.messages.forEach((message, index) => {
    const fields = message.members.map((member) => fieldCodec(member, schema, twins));
    twins.push(codec.message<Value>(protoName(schema, index), fields));
  });
  return twins;
}

/** The message of a schema with its first members only. */
export function twinOfFirst(schema: Schema, index: number, count: number): MessageCodec<Value> {
  const twins = twinOf(schema);
  const members = schema.messages[index]!.members.slice(0, count);
  const fields = members.map((member) => fieldCodec(member, schema, twins));
  return codec.message<Value>(protoName(schema, index), fields);
}

function fieldCodec(
  member: MemberSpec,
  schema: Schema,
  twins: MessageCodec<Value>[],
): MessageField {
  if (member.kind === 'field') return { name: member.ts, codec: labelled(member, schema, twins) };
  const cases = member.cases.map((one) => ({
    number: one.number,
    name: one.ts,
    codec: valueCodec(one.type, schema, twins),
  }));
  return { name: member.ts, codec: codec.oneof(member.proto, cases) };
}

function labelled(field: FieldSpec, schema: Schema, twins: MessageCodec<Value>[]): Codec<unknown> {
  const value = valueCodec(field.type, schema, twins);
  if (field.label === 'repeated') return codec.list(value);
  if (field.label === 'map') return codec.map(SCALARS[field.key]!, value);
  const isOptional = field.label === 'optional' || field.type.kind === 'message';
  return isOptional ? codec.optional(value) : value;
}

export function scalarCodec(type: Exclude<TypeSpec, { kind: 'message' }>): Codec<unknown> {
  if (type.kind === 'enum') return codec.enumOf('E');
  return (type.jsNumber ? NUMBERS : SCALARS)[type.name]!;
}

function valueCodec(type: TypeSpec, schema: Schema, twins: MessageCodec<Value>[]): Codec<unknown> {
  if (type.kind !== 'message') return scalarCodec(type);
  // Looked up when it is used: a message may hold itself.
  const twin = (): MessageCodec<Value> => twins[type.index]!;
  return codec.nested<Value>({
    name: protoName(schema, type.index),
    bytesMin: 1,
    zero: () => twin().zero(),
    create: (init) => twin().create(init),
    encode: (writer, value) => twin().encode(writer, value),
    decode: (reader) => twin().decode(reader),
  });
}
