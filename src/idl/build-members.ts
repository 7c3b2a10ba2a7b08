import { MapField, type Field as ParsedField, type Type } from 'protobufjs';
import type { BuildContext, OpenMessage } from './declare';
import type {
  Field,
  Label,
  Member,
  MessageType,
  Oneof,
  ScalarName,
  ScalarType,
  ValueType,
} from './model';
import { isSet, readOptions, type Settings } from './options';
import { labelToken, nameToken, typePlace } from './declaration-parts';
import type { Declaration } from './outline';
import { own } from './own';
import type { Report } from './problem';

/** The fields and oneofs of a message, in the sequence they have on the wire. */
export function buildMembers(
  { message, type, declaration }: OpenMessage,
  context: BuildContext,
): Member[] {
  const build = (one: Declaration, isCase: boolean): Field | undefined => {
    const parsed = own(type.fields, nameToken(one)?.text ?? '');
    return parsed && buildField(message, parsed, one, isCase, context);
  };
  return declaration.body
    .map((one): Member | undefined => {
      if (one.kind === 'field') return build(one, false);
      if (one.kind !== 'oneof') return undefined;
      const cases = one.body.map((inner) => build(inner, true));
      return buildOneof(one, type, cases, context);
    })
    .filter((member) => member !== undefined)
    .sort((a, b) => wireNumber(a) - wireNumber(b));
}

/** The number that gives a member its place: of a oneof, the lowest of its cases. */
export function wireNumber(member: Member): number {
  return member.kind === 'field' ? member.number : (member.cases[0]?.number ?? 0);
}

function buildOneof(
  declaration: Declaration,
  type: Type,
  cases: readonly (Field | undefined)[],
  { report }: BuildContext,
): Oneof | undefined {
  readOptions(declaration, 'oneof', report);
  const name = nameToken(declaration);
  if (name === undefined) return undefined;
  return {
    kind: 'oneof',
    name: name.text,
    cases: cases.filter((one) => one !== undefined).sort((a, b) => a.number - b.number),
    doc: own(type.oneofs, name.text)?.comment ?? '',
    deprecated: false,
    place: name.place,
  };
}

/** Undefined when its type is not known. */
function buildField(
  message: MessageType,
  parsed: ParsedField,
  declaration: Declaration,
  isCase: boolean,
  context: BuildContext,
): Field | undefined {
  const settings = readOptions(declaration, 'field', context.report);
  const type = findType(parsed.type, message, declaration, settings, context);
  if (type === undefined) return undefined;
  const key = parsed instanceof MapField ? scalar(parsed.keyType, false) : undefined;
  return {
    kind: 'field',
    name: parsed.name,
    number: parsed.id,
    label: labelOf(declaration, type, isCase),
    type,
    key,
    doc: parsed.comment ?? '',
    deprecated: isSet(settings, 'deprecated'),
    place: nameToken(declaration)?.place ?? declaration.place,
  };
}

function labelOf(declaration: Declaration, type: ValueType, isCase: boolean): Label {
  const label = labelToken(declaration)?.text;
  if (label === 'map' || label === 'repeated' || label === 'optional') return label;
  return type.kind === 'message' && !isCase ? 'optional' : 'single';
}

const SCALAR_NAMES: ReadonlySet<string> = new Set<ScalarName>([
  ...(['bool', 'string', 'bytes', 'float', 'double'] as const),
  ...(['int32', 'sint32', 'sfixed32', 'uint32', 'fixed32'] as const),
  ...(['int64', 'sint64', 'sfixed64', 'uint64', 'fixed64'] as const),
]);

function scalar(name: string, isJsNumber: boolean): ScalarType {
  return { kind: 'scalar', name: name as ScalarName, isJsNumber };
}

function findType(
  name: string,
  message: MessageType,
  declaration: Declaration,
  settings: Settings,
  { parsed, symbols, report }: BuildContext,
): ValueType | undefined {
  const isJsNumber = readJsType(name, declaration, settings, report);
  if (SCALAR_NAMES.has(name)) return scalar(name, isJsNumber);
  const place = typePlace(declaration);
  const entry = symbols.find(name, message.fullName, parsed, place);
  if (entry !== undefined && entry.type === undefined) {
    report.add(place, `${entry.fullName} is a service`, 'Write the name of a message or an enum.');
  }
  return entry?.type;
}

/** Whether a 64-bit integer is a number in TypeScript, and not a bigint. */
function readJsType(
  type: string,
  declaration: Declaration,
  settings: Settings,
  report: Report,
): boolean {
  const option = settings.get('jstype');
  if (option === undefined) return false;
  const value = option.value?.text ?? '';
  const place = option.value?.place ?? option.place;
  if (!/^s?(int|uint|fixed)64$|^sfixed64$/.test(type) || labelToken(declaration)?.text === 'map') {
    const advice = 'Remove it.';
    report.add(option.place, 'jstype is for fields of 64-bit integers, not for maps', advice);
  } else if (value === 'JS_STRING') {
    const advice = 'Leave jstype out for a bigint, or write JS_NUMBER for numbers up to 2^53 - 1.';
    report.add(place, 'a 64-bit integer cannot be a string in the generated code', advice);
  } else if (value !== 'JS_NUMBER' && value !== 'JS_NORMAL') {
    report.add(place, `jstype ${value} is not known`, 'Write JS_NUMBER, or leave jstype out.');
  }
  return value === 'JS_NUMBER';
}
