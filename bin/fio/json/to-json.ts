import { LabelNumber, type DynamicMessage } from '../../../src/rpc/index';
import type { JsonField, JsonTypes, JsonValueType } from './json-types';
import { scalarToJson } from './scalars';

export interface ToJsonOptions {
  /** Leave out what is at its default. */
  readonly omitsDefaults?: boolean;
  /** `wallet_name` as the .proto has it, instead of `walletName`. */
  readonly usesProtoNames?: boolean;
}

/**
 * A message as JSON, as proto3 has it; a value for JSON.stringify(). A negative zero becomes 0.
 * What may be absent and is, is left out.
 */
export function messageToJson(
  types: JsonTypes,
  name: string,
  message: DynamicMessage,
  options: ToJsonOptions = {},
): Record<string, unknown> {
  const entries = types.message(name).fields.flatMap((field): [string, unknown][] => {
    const value = valueOf(message, field);
    if (value === undefined || (options.omitsDefaults === true && isDefault(field, value)))
      return [];
    const key = options.usesProtoNames === true ? field.protoName : field.jsonName;
    return [[key, fieldToJson(types, field, value, options)]];
  });
  // Also a field called `__proto__` is nothing but a field here.
  return Object.fromEntries(entries);
}

function valueOf(message: DynamicMessage, { property, caseName }: JsonField): unknown {
  const value = Object.hasOwn(message, property) ? message[property] : undefined;
  if (caseName === undefined || value === undefined) return value;
  const chosen = value as { readonly case: string; readonly value: unknown };
  return chosen.case === caseName ? chosen.value : undefined;
}

/** Only what has no presence of its own has a default. */
function isDefault({ label, caseName, value: type }: JsonField, value: unknown): boolean {
  if (label === LabelNumber.REPEATED) return (value as unknown[]).length === 0;
  if (label === LabelNumber.MAP) return (value as Map<unknown, unknown>).size === 0;
  if (label === LabelNumber.OPTIONAL || caseName !== undefined || type.kind === 'message') {
    return false;
  }
  if (value instanceof Uint8Array) return value.length === 0;
  return Object.is(value, 0) || value === 0n || value === '' || value === false;
}

function fieldToJson(
  types: JsonTypes,
  { label, value: type }: JsonField,
  value: unknown,
  options: ToJsonOptions,
): unknown {
  const toJson = (one: unknown): unknown => valueToJson(types, type, one, options);
  if (label === LabelNumber.REPEATED) return (value as unknown[]).map(toJson);
  if (label !== LabelNumber.MAP) return toJson(value);
  const entries = [...(value as Map<unknown, unknown>)];
  return Object.fromEntries(entries.map(([key, one]) => [String(key), toJson(one)]));
}

function valueToJson(
  types: JsonTypes,
  type: JsonValueType,
  value: unknown,
  options: ToJsonOptions,
): unknown {
  switch (type.kind) {
    case 'scalar':
      return scalarToJson(type.type, value);
    case 'enum':
      return type.values.byNumber.get(value as number) ?? value;
    case 'message':
      return messageToJson(types, type.name, value as DynamicMessage, options);
  }
}
