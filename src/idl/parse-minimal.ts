import { parse, MapField, Enum, Type, Service, type Field as PbField, type ReflectionObject, type Namespace } from 'protobufjs';
import type { EnumType, Field, Member, MessageType, Method, ModelFile, ScalarName, ScalarType, Service as ServiceModel, ValueType } from './model';
import type { Source } from './source';
import { createHash } from 'node:crypto';

const SCALARS = new Set<string>(['bool','int32','sint32','sfixed32','uint32','fixed32','int64','sint64','sfixed64','uint64','fixed64','float','double','string','bytes']);

export function parseMinimal(source: Source): ModelFile {
  const { root, package: pkg = '' } = parse(source.text, { keepCase: true, alternateCommentMode: true });
  root.resolveAll();
  const place = { source, offset: 0, length: 0 };
  const messages: (MessageType & { members: Member[] })[] = [];
  const enums: EnumType[] = [];
  const services: ServiceModel[] = [];
  const types = new Map<ReflectionObject, MessageType | EnumType>();
  const declared = (object: ReflectionObject) => {
    const fullName = object.fullName.slice(1);
    return { file: source.name, fullName, path: (pkg === '' ? fullName : fullName.slice(pkg.length + 1)).split('.'), place, doc: object.comment ?? '', deprecated: object.options?.['deprecated'] === true };
  };
  const walk = (space: Namespace): void => {
    for (const object of space.nestedArray) {
      if (object instanceof Type) {
        const type = { kind: 'message' as const, ...declared(object), members: [] };
        messages.push(type); types.set(object, type); walk(object);
      } else if (object instanceof Enum) {
        const type = { kind: 'enum' as const, ...declared(object), values: Object.entries(object.values).map(([name, number]) => ({ name, number, doc: object.comments[name] ?? '', deprecated: false, place })) };
        enums.push(type); types.set(object, type);
      } else if (object instanceof Service) { /* below */ } else walk(object as Namespace);
    }
  };
  const fieldOf = (field: PbField): Field => {
    field.resolve();
    const scalar = (name: string): ScalarType => ({ kind: 'scalar', name: name as ScalarName, isJsNumber: field.options?.['jstype'] === 'JS_NUMBER' });
    const type: ValueType = SCALARS.has(field.type) ? scalar(field.type) : (types.get(field.resolvedType as ReflectionObject) as ValueType);
    const optional = field.options?.['proto3_optional'] === true || (type.kind === 'message' && field.partOf === null);
    return { kind: 'field', name: field.name, number: field.id, label: field instanceof MapField ? 'map' : field.repeated ? 'repeated' : optional ? 'optional' : 'single', type, key: field instanceof MapField ? scalar(field.keyType) : undefined, doc: field.comment ?? '', deprecated: field.options?.['deprecated'] === true, place };
  };
  const fill = (space: Namespace): void => {
    for (const object of space.nestedArray) {
      if (object instanceof Type) {
        const members: Member[] = [];
        for (const field of object.fieldsArray) if (!field.partOf || field.options?.['proto3_optional'] === true) members.push(fieldOf(field));
        for (const oneof of object.oneofsArray) {
          if (oneof.fieldsArray[0]?.options?.['proto3_optional'] === true) continue;
          members.push({ kind: 'oneof', name: oneof.name, cases: oneof.fieldsArray.map(fieldOf).sort((a, b) => a.number - b.number), doc: oneof.comment ?? '', deprecated: false, place });
        }
        const numberOf = (m: Member): number => m.kind === 'field' ? m.number : (m.cases[0]?.number ?? 0);
        (types.get(object) as unknown as { members: Member[] }).members.push(...members.sort((a, b) => numberOf(a) - numberOf(b)));
        fill(object);
      } else if (object instanceof Service) {
        const d = declared(object);
        const methods = object.methodsArray.map((m, i): Method => ({
          name: m.name, id: Number(m.options?.['(fio.method)'] ?? i + 1),
          kind: m.requestStream ? (m.responseStream ? 'bidirectional' : 'client-streaming') : m.responseStream ? 'server-streaming' : 'unary',
          idempotency: String(m.options?.['(fio.idempotent)'] ?? 'UNSAFE').toLowerCase() as 'unsafe',
          input: types.get(object.lookupType(m.requestType)) as MessageType, output: types.get(object.lookupType(m.responseType)) as MessageType,
          doc: m.comment ?? '', deprecated: m.options?.['deprecated'] === true, place,
        }));
        services.push({ ...d, id: Number(object.options?.['(fio.service)'] ?? (createHash('sha256').update(d.fullName).digest().readUInt16BE(0) || 1)), methods });
      } else if (!(object instanceof Enum)) fill(object as Namespace);
    }
  };
  walk(root); fill(root);
  return { name: source.name, package: pkg, messages, enums, services };
}
