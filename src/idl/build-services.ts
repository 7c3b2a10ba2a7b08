import { Service as ParsedService, type Method as ParsedMethod } from 'protobufjs';
import { namesOf, type BuildContext } from './declare';
import { derivedServiceId, explicitId, IdScope } from './ids';
import type { Idempotency, MessageType, Method, MethodKind, Service } from './model';
import { isSet, readOptions, type Settings } from './options';
import { nameToken, rpcTypePlaces } from './declaration-parts';
import type { Declaration } from './outline';
import { own } from './own';
import type { Report } from './problem';
import type { Place } from './source';

/** The services of a file, in the sequence in which they are names. */
export function buildServices(context: BuildContext, serviceIds: IdScope): Service[] {
  const { outline, space } = context.parsed;
  return outline.declarations
    .map((declaration) => {
      const object = own(space.nested, nameToken(declaration)?.text ?? '');
      if (declaration.kind !== 'service' || !(object instanceof ParsedService)) return undefined;
      return buildService(declaration, object, context, serviceIds);
    })
    .filter((service) => service !== undefined);
}

function buildService(
  declaration: Declaration,
  object: ParsedService,
  context: BuildContext,
  serviceIds: IdScope,
): Service {
  const { parsed, report } = context;
  const names = namesOf(declaration, [object.name], parsed);
  const settings = readOptions(declaration, 'service', report);
  const id = explicitId(settings, '(fio.service)', report) ?? derivedServiceId(names.fullName);
  serviceIds.take(id, names.fullName, idPlace(settings, '(fio.service)') ?? names.place);
  return {
    ...names,
    doc: object.comment ?? '',
    deprecated: isSet(settings, 'deprecated'),
    id,
    methods: buildMethods(declaration, object, names.fullName, context),
  };
}

function idPlace(settings: Settings, option: string): Place | undefined {
  return settings.get(option)?.value?.place;
}

function buildMethods(
  service: Declaration,
  object: ParsedService,
  scope: string,
  context: BuildContext,
): Method[] {
  const ids = new IdScope('(fio.method)', context.report);
  return service.body
    .filter((one) => one.kind === 'rpc')
    .map((declaration, i) => {
      const parsed = own(object.methods, nameToken(declaration)?.text ?? '');
      if (parsed === undefined) return undefined;
      const settings = readOptions(declaration, 'rpc', context.report);
      const id = explicitId(settings, '(fio.method)', context.report) ?? i + 1;
      const place = nameToken(declaration)?.place ?? declaration.place;
      ids.take(id, parsed.name, idPlace(settings, '(fio.method)') ?? place);
      return buildMethod(declaration, parsed, { id, settings, scope, place }, context);
    })
    .filter((method) => method !== undefined);
}

/** Undefined when one of its types is not known. */
function buildMethod(
  declaration: Declaration,
  parsed: ParsedMethod,
  about: { id: number; settings: Settings; scope: string; place: Place },
  context: BuildContext,
): Method | undefined {
  const places = rpcTypePlaces(declaration);
  const input = findMessage(parsed.requestType, about.scope, places.input, context);
  const output = findMessage(parsed.responseType, about.scope, places.output, context);
  const kind = kindOf(parsed);
  const idempotency = readIdempotency(about.settings, kind, context.report);
  if (input === undefined || output === undefined) return undefined;
  return {
    name: parsed.name,
    id: about.id,
    kind,
    idempotency,
    input,
    output,
    doc: parsed.comment ?? '',
    deprecated: isSet(about.settings, 'deprecated'),
    place: about.place,
  };
}

function kindOf(parsed: ParsedMethod): MethodKind {
  if (parsed.requestStream) return parsed.responseStream ? 'bidirectional' : 'client-streaming';
  return parsed.responseStream ? 'server-streaming' : 'unary';
}

function findMessage(
  name: string,
  scope: string,
  place: Place,
  { parsed, symbols, report }: BuildContext,
): MessageType | undefined {
  const advice = 'Declare a message that has it as its field.';
  if (SCALAR.test(name)) {
    report.add(place, `a method takes and returns messages, and ${name} is a scalar`, advice);
    return undefined;
  }
  const entry = symbols.find(name, scope, parsed, place);
  if (entry === undefined || entry.type?.kind === 'message') return entry?.type as MessageType;
  const what = entry.type === undefined ? 'a service' : 'an enum';
  report.add(place, `a method takes and returns messages, and ${name} is ${what}`, advice);
  return undefined;
}

const SCALAR = /^(bool|string|bytes|float|double|(s|u)?int(32|64)|s?fixed(32|64))$/;

const IDEMPOTENCIES: Readonly<Record<string, Idempotency>> = {
  UNSAFE: 'unsafe',
  IDEMPOTENT: 'idempotent',
  KEYED: 'keyed',
};

function readIdempotency(settings: Settings, kind: MethodKind, report: Report): Idempotency {
  const option = settings.get('(fio.idempotent)');
  if (option === undefined) return 'unsafe';
  const place = option.value?.place ?? option.place;
  const word = option.value?.text ?? 'nothing';
  const idempotency = own(IDEMPOTENCIES, word);
  if (idempotency === undefined) {
    const advice = 'Write UNSAFE, IDEMPOTENT or KEYED.';
    report.add(place, `${word} does not say what a repeated call does`, advice);
  } else if (idempotency === 'keyed' && kind !== 'unary') {
    const advice = 'Write UNSAFE or IDEMPOTENT, or make it a unary method.';
    report.add(place, 'only a unary call can carry an idempotency key', advice);
  }
  return idempotency ?? 'unsafe';
}
