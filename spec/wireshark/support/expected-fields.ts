import { Buffer } from 'node:buffer';
import { ByteWriter } from '../../../src/wire/byte-writer';
import type { Codec } from '../../../src/wire/codec';
import type { Value } from '../../idl/support/load';
import { encode } from '../../idl/support/run';
import {
  protoName,
  type FieldSpec,
  type MemberSpec,
  type Schema,
  type TypeSpec,
} from '../../idl/support/schema';
import { scalarCodec, twinOf } from '../../idl/support/twin';

/** A field's name in Wireshark and its bytes in hex. */
export type ExpectedField = [name: string, hex: string];

/** What Wireshark must show of a value, in the sequence of its tree. */
export function fieldsOf(
  schema: Schema,
  index: number,
  value: Value,
  prefix: string,
): ExpectedField[] {
  const path = `${prefix}${protoName(schema, index)}.`;
  return schema.messages[index]!.members.flatMap((member) =>
    memberFields(schema, member, value[member.ts], prefix, path),
  );
}

function memberFields(
  schema: Schema,
  member: MemberSpec,
  value: unknown,
  prefix: string,
  path: string,
): ExpectedField[] {
  const one = (field: FieldSpec, element: unknown): ExpectedField[] =>
    valueFields(schema, field.type, element, prefix, path + field.proto);
  if (value === undefined) return [];
  if (member.kind === 'oneof') {
    const chosen = value as { readonly case: string; readonly value: unknown };
    const field = member.cases.find(({ ts }) => ts === chosen.case)!;
    return one(field, chosen.value);
  }
  if (member.label === 'repeated') {
    return (value as unknown[]).flatMap((element) => one(member, element));
  }
  if (member.label === 'map') {
    const key: TypeSpec = { kind: 'scalar', name: member.key, jsNumber: false };
    return [...(value as Map<unknown, unknown>)].flatMap(([k, v]) => [
      ...valueFields(schema, key, k, prefix, `${path}${member.proto}-key`),
      ...one(member, v),
    ]);
  }
  return one(member, value);
}

function valueFields(
  schema: Schema,
  type: TypeSpec,
  value: unknown,
  prefix: string,
  name: string,
): ExpectedField[] {
  if (type.kind === 'message') {
    const bytes = encode(twinOf(schema)[type.index]!, value as Value);
    const inside = fieldsOf(schema, type.index, value as Value, prefix);
    return [[name, bytes.toString('hex')], ...inside];
  }
  const bytes = encodeScalar(scalarCodec(type), value);
  const hasLength = type.kind === 'scalar' && (type.name === 'string' || type.name === 'bytes');
  return [[name, bytes.subarray(hasLength ? 4 : 0).toString('hex')]];
}

function encodeScalar(codec: Codec<unknown>, value: unknown): Buffer {
  const writer = new ByteWriter();
  codec.encode(writer, value);
  return Buffer.from(writer.written());
}
