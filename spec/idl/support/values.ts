import fc from 'fast-check';
import type { Value } from './load';
import type { FieldSpec, MemberSpec, Schema, TypeSpec } from './schema';

const DEPTH_MAX = 3;
const LENGTH_MAX = 3;
const I64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const U64 = { min: 0n, max: 2n ** 64n - 1n };

/** Values of a message of a schema, with every property, also those that are undefined. */
export function valuesOf(schema: Schema, index: number, depth = 1): fc.Arbitrary<Value> {
  const { members } = schema.messages[index]!;
  return fc
    .tuple(...members.map((member) => memberValues(schema, member, depth)))
    .map((values) => Object.fromEntries(members.map((member, i) => [member.ts, values[i]])));
}

function memberValues(schema: Schema, member: MemberSpec, depth: number): fc.Arbitrary<unknown> {
  if (member.kind === 'oneof') {
    const cases = member.cases.filter((one) => !isTooDeep(one.type, depth));
    return fc.oneof(
      fc.constant(undefined),
      ...cases.map((one) =>
        typeValues(schema, one.type, depth).map((value) => ({ case: one.ts, value })),
      ),
    );
  }
  return fieldValues(schema, member, depth);
}

function fieldValues(schema: Schema, field: FieldSpec, depth: number): fc.Arbitrary<unknown> {
  const { type, label } = field;
  if (isTooDeep(type, depth)) {
    if (label === 'map') return fc.constant(new Map());
    return label === 'repeated' ? fc.constant([]) : fc.constant(undefined);
  }
  const value = typeValues(schema, type, depth);
  if (label === 'repeated') return fc.array(value, { maxLength: LENGTH_MAX });
  if (label === 'map') {
    const entry = fc.tuple(scalarValues(field.key, false), value);
    return fc.array(entry, { maxLength: LENGTH_MAX }).map((entries) => new Map(entries));
  }
  const isOptional = label === 'optional' || type.kind === 'message';
  return isOptional ? fc.option(value, { nil: undefined }) : value;
}

function isTooDeep(type: TypeSpec, depth: number): boolean {
  return type.kind === 'message' && depth >= DEPTH_MAX;
}

function typeValues(schema: Schema, type: TypeSpec, depth: number): fc.Arbitrary<unknown> {
  if (type.kind === 'message') return valuesOf(schema, type.index, depth + 1);
  // A number that the enum does not name is a value like the others.
  if (type.kind === 'enum')
    return fc.oneof(fc.constantFrom(0, -2147483648, 2147483647), fc.integer());
  return scalarValues(type.name, type.jsNumber);
}

function scalarValues(name: string, jsNumber: boolean): fc.Arbitrary<unknown> {
  if (name === 'bool') return fc.boolean();
  if (name === 'float') return fc.float();
  if (name === 'double') return fc.double();
  if (name === 'string') return fc.string({ unit: 'binary' });
  if (name === 'bytes') return fc.uint8Array().map((bytes) => Uint8Array.from(bytes));
  const isUnsigned = name === 'uint32' || name === 'uint64' || name.startsWith('fixed');
  if (name.endsWith('32')) return isUnsigned ? fc.nat(0xffff_ffff) : fc.integer();
  if (jsNumber) return isUnsigned ? fc.maxSafeNat() : fc.maxSafeInteger();
  return fc.bigInt(isUnsigned ? U64 : I64);
}

/** What proto3 gives to a field that was not sent. */
export function zeroOf(member: MemberSpec): unknown {
  if (member.kind === 'oneof' || member.label === 'optional') return undefined;
  if (member.label === 'repeated') return [];
  if (member.label === 'map') return new Map();
  const { type } = member;
  if (type.kind === 'message') return undefined;
  if (type.kind === 'enum') return 0;
  if (type.name === 'bool') return false;
  if (type.name === 'string') return '';
  if (type.name === 'bytes') return new Uint8Array(0);
  return type.name.endsWith('64') && !type.jsNumber ? 0n : 0;
}

/** A value without the properties that are undefined, here and further in. */
export function withoutUndefined(value: unknown): unknown {
  if (value instanceof Map) {
    return new Map([...(value as Map<unknown, unknown>)].map(([k, v]) => [k, withoutUndefined(v)]));
  }
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [key, withoutUndefined(member)]));
}
