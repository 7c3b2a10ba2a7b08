import type { EnumType, MessageType, Method, Service } from '../model';
import { camelCase, typeName } from '../names';
import { emitTypes } from './description';
import type { FileNames } from './file-names';
import { block, docstring, indent, quote } from './text';

/** A service is a value: a client's and a handler's types are derived from its type. */
export function emitService(
  service: Service,
  names: FileNames,
  errors: readonly MessageType[],
): string[] {
  const methods = service.methods.flatMap((method) => emitMethod(method, names));
  return [
    ...docstring(service),
    ...block(
      `export const ${typeName(service)} =`,
      [
        `name: ${quote(service.fullName)},`,
        `id: ${service.id},`,
        ...block('methods:', methods, '},'),
        ...emitTypes(service, names, errors),
      ],
      `} as const satisfies ${names.runtime('ServiceDesc')};`,
    ),
  ];
}

function emitMethod(method: Method, names: FileNames): string[] {
  const input = names.type(method.input);
  const output = names.type(method.output);
  return [
    ...docstring(method),
    `${camelCase(method.name)}: {`,
    ...indent([
      `name: ${quote(method.name)},`,
      `id: ${method.id},`,
      `kind: ${quote(method.kind)},`,
      `idempotency: ${quote(method.idempotency)},`,
      `input: ${input},`,
      `output: ${output},`,
    ]),
    `} as ${names.runtime('MethodDesc')}<${input}, ${output}, ${quote(method.kind)}>,`,
  ];
}

export function emitEnum(type: EnumType): string[] {
  return [
    ...docstring(type),
    ...block(
      `export enum ${typeName(type)}`,
      type.values.flatMap((value) => [...docstring(value), `${value.name} = ${value.number},`]),
    ),
  ];
}
