import { LabelNumber, suggestion, type DynamicMessage } from '../../../src/rpc/index';
import { JsonError, wrong } from './json-error';
import type { EnumNames, JsonField, JsonTypes, JsonValueType } from './json-types';
import { keyFromJson, scalarFromJson } from './scalars';

/** docs/PROTOCOL.md §7.1 */
const DEPTH_MAX = 32;

/**
 * A message from its JSON, as proto3 has it.
 * @throws JsonError that names the field, from the outermost in
 */
export function messageFromJson(types: JsonTypes, name: string, json: unknown): DynamicMessage {
  return fromJson(types, name, json, '', 1);
}

function fromJson(
  types: JsonTypes,
  name: string,
  json: unknown,
  path: string,
  depth: number,
): DynamicMessage {
  const where = path === '' ? name : path;
  if (depth > DEPTH_MAX) throw new JsonError(`${where}: messages nest deeper than ${DEPTH_MAX}`);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw wrong(where, 'an object { … }', json);
  }
  const { byName } = types.message(name);
  const message: DynamicMessage = {};
  for (const [key, value] of Object.entries(json)) {
    const field = byName.get(key);
    if (field === undefined) {
      const names = [...new Set([...byName.values()].map((one) => one.jsonName))];
      const place = path === '' ? '' : `${path}: `;
      throw new JsonError(`${place}${name} has no field '${key}'${suggestion(key, names)}`);
    }
    // As if it were not there.
    if (value === null) continue;
    const { property, caseName } = field;
    const place = path === '' ? key : `${path}.${key}`;
    if (Object.hasOwn(message, property)) {
      const reason =
        caseName === undefined ? 'it is there twice' : `another of ${property} is there`;
      throw new JsonError(`${place}: ${reason}`);
    }
    const found = fieldFromJson(types, field, value, place, depth);
    message[property] = caseName === undefined ? found : { case: caseName, value: found };
  }
  return message;
}

function fieldFromJson(
  types: JsonTypes,
  { label, key, value: type }: JsonField,
  json: unknown,
  path: string,
  depth: number,
): unknown {
  const value = (one: unknown, place: string): unknown =>
    valueFromJson(types, type, one, place, depth);
  if (label === LabelNumber.REPEATED) {
    if (!Array.isArray(json)) throw wrong(path, 'an array [ … ]', json);
    return json.map((one: unknown, at) => value(one, `${path}[${at}]`));
  }
  if (label !== LabelNumber.MAP) return value(json, path);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw wrong(path, 'an object { … }', json);
  }
  return new Map(
    Object.entries(json).map(([name, one]) => {
      const place = `${path}[${JSON.stringify(name)}]`;
      return [keyFromJson(key, name, place), value(one, place)];
    }),
  );
}

function valueFromJson(
  types: JsonTypes,
  type: JsonValueType,
  json: unknown,
  path: string,
  depth: number,
): unknown {
  switch (type.kind) {
    case 'scalar':
      return scalarFromJson(type.type, json, path);
    case 'enum':
      return enumFromJson(type.values, json, path);
    case 'message':
      return fromJson(types, type.name, json, path, depth + 1);
  }
}

function enumFromJson({ byName }: EnumNames, json: unknown, path: string): number {
  if (typeof json === 'number') return scalarFromJson('int32', json, path) as number;
  if (typeof json !== 'string') throw wrong(path, 'the name of a value', json);
  const number = byName.get(json);
  if (number === undefined) {
    throw new JsonError(
      `${path}: there is no value '${json}'${suggestion(json, [...byName.keys()])}`,
    );
  }
  return number;
}
