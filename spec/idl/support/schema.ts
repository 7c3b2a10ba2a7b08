import fc from 'fast-check';

/** Messages made up by fast-check; the first may use all others. */
export interface Schema {
  readonly messages: readonly MessageSpec[];
}

export interface MessageSpec {
  /** Declared inside the first message, and so `M0.M1`. */
  readonly isNested: boolean;
  /** In ascending number. */
  readonly members: readonly MemberSpec[];
}

export type MemberSpec = FieldSpec | OneofSpec;

export interface FieldSpec {
  readonly kind: 'field';
  readonly proto: string;
  readonly ts: string;
  readonly number: number;
  readonly label: '' | 'optional' | 'repeated' | 'map';
  readonly key: string;
  readonly type: TypeSpec;
}

export interface OneofSpec {
  readonly kind: 'oneof';
  readonly proto: string;
  readonly ts: string;
  readonly cases: readonly FieldSpec[];
}

export type TypeSpec =
  | { readonly kind: 'scalar'; readonly name: string; readonly jsNumber: boolean }
  | { readonly kind: 'enum' }
  | { readonly kind: 'message'; readonly index: number };

const MESSAGES_MAX = 3;
const MEMBERS_MAX = 6;
const CASES_MAX = 3;
const NUMBERS = MEMBERS_MAX * CASES_MAX;

const SCALARS =
  'bool int32 sint32 sfixed32 uint32 fixed32 int64 sint64 sfixed64 uint64 fixed64 float double string bytes'.split(
    ' ',
  );
export const KEYS =
  'bool int32 sint32 sfixed32 uint32 fixed32 int64 sint64 sfixed64 uint64 fixed64 string'.split(
    ' ',
  );

export function numberOf(member: MemberSpec): number {
  return member.kind === 'field' ? member.number : member.cases[0]!.number;
}

/** Every kind of field, in messages that hold each other and themselves. */
export const schemas: fc.Arbitrary<Schema> = fc
  .integer({ min: 1, max: MESSAGES_MAX })
  .chain((count) =>
    fc.tuple(...Array.from({ length: count }, (_, index) => messageSpecs(index, count))),
  )
  .map((messages) => ({ messages }));

function messageSpecs(index: number, count: number): fc.Arbitrary<MessageSpec> {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), {
    minLength: NUMBERS,
    maxLength: NUMBERS,
  });
  const field = fieldSpecs(index, count);
  const member = fc.oneof(
    { weight: 5, arbitrary: field.map((one) => [one]) },
    {
      weight: 1,
      arbitrary: fc
        .array(field, { minLength: 1, maxLength: CASES_MAX })
        .map((cases) => ({ cases })),
    },
  );
  return fc
    .record({
      isNested: fc.boolean(),
      members: fc.array(member, { maxLength: MEMBERS_MAX }),
      numbers,
    })
    .map(({ isNested, members, numbers: free }) => ({
      isNested: isNested && index > 0,
      members: members
        .map((one, i) => nameMember(one, i, free))
        .sort((a, b) => numberOf(a) - numberOf(b)),
    }));
}

type Unnamed = Pick<FieldSpec, 'label' | 'key' | 'type'>;

function fieldSpecs(index: number, count: number): fc.Arbitrary<Unnamed> {
  const scalar = fc
    .record({ name: fc.constantFrom(...SCALARS), isNumber: fc.boolean() })
    .map(({ name, isNumber }) => ({
      kind: 'scalar' as const,
      name,
      jsNumber: isNumber && name.endsWith('64'),
    }));
  return fc
    .record({
      label: fc.constantFrom(
        '' as const,
        '' as const,
        'optional' as const,
        'repeated' as const,
        'map' as const,
      ),
      key: fc.constantFrom(...KEYS),
      type: fc.oneof(
        { weight: 5, arbitrary: scalar },
        { weight: 1, arbitrary: fc.constant<TypeSpec>({ kind: 'enum' }) },
        // A message holds itself and later ones, so that there are circles of one alone.
        {
          weight: 2,
          arbitrary: fc
            .integer({ min: index, max: count - 1 })
            .map((target): TypeSpec => ({ kind: 'message', index: target })),
        },
      ),
    })
    .map(({ label, key, type }) => {
      if (label === 'map' && type.kind === 'scalar')
        return { label, key, type: { ...type, jsNumber: false } };
      return { label, key, type };
    });
}

function nameMember(
  member: readonly Unnamed[] | { readonly cases: readonly Unnamed[] },
  index: number,
  numbers: readonly number[],
): MemberSpec {
  const named = (one: Unnamed, i: number, name: string): FieldSpec => ({
    kind: 'field',
    proto: `${name}_${index}_${'abc'[i] ?? ''}`,
    ts: `${name}${index}${'ABC'[i] ?? ''}`,
    number: numbers[index * CASES_MAX + i]!,
    ...one,
  });
  if (!('cases' in member)) return named(member[0]!, 0, 'field');
  const cases = member.cases
    .map((one, i) => {
      const single = named({ ...one, label: '' }, i, 'case');
      return single;
    })
    .sort((a, b) => a.number - b.number);
  return { kind: 'oneof', proto: `one_${index}`, ts: `one${index}`, cases };
}

// ---- as text -------------------------------------------------------------------------------

/** The name in the IDL: `M0.M1` if it is nested. */
export function protoName(schema: Schema, index: number): string {
  return schema.messages[index]!.isNested ? `M0.M${index}` : `M${index}`;
}

export function toProto(schema: Schema): string {
  const message = (index: number): string => {
    const fields = schema.messages[index]!.members.map((member) => memberText(schema, member));
    const nested =
      index > 0 ? [] : schema.messages.flatMap((one, i) => (one.isNested ? [message(i)] : []));
    // Backwards: the sequence in the text means nothing.
    return [`message M${index} {`, ...fields.reverse(), ...nested, '}'].join('\n');
  };
  const outer = schema.messages.flatMap((one, i) => (one.isNested ? [] : [message(i)]));
  return [
    'syntax = "proto3";',
    'enum E { ZERO = 0; LOW = -2147483648; HIGH = 2147483647; }',
    ...outer,
  ].join('\n');
}

function memberText(schema: Schema, member: MemberSpec): string {
  if (member.kind === 'field') return fieldText(schema, member);
  const cases = member.cases.map((one) => fieldText(schema, one)).reverse();
  return [`oneof ${member.proto} {`, ...cases, '}'].join('\n');
}

function fieldText(schema: Schema, field: FieldSpec): string {
  const { type, label, key } = field;
  const name =
    type.kind === 'scalar' ? type.name : type.kind === 'enum' ? 'E' : protoName(schema, type.index);
  const whole = label === 'map' ? `map<${key}, ${name}>` : `${label} ${name}`;
  const options = type.kind === 'scalar' && type.jsNumber ? ' [jstype = JS_NUMBER]' : '';
  return `${whole} ${field.proto} = ${field.number}${options};`;
}
