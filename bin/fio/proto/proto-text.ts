import {
  IdempotencyNumber,
  KindNumber,
  LabelNumber,
  StatusCode,
  type EnumDescription,
  type FieldDescription,
  type MessageDescription,
  type MethodDescription,
  type ServiceDescription,
} from '../../../src/rpc/index';
import type { Declaration, Package } from './declarations';

// What a server has described, as the text of a .proto again. Comments that stood in the middle of
// nothing, `reserved` and the sequence of declarations are not in a description.

/** What is not known here is taken for the one that promises least, and that is not written. */
const PROMISES = new Map([
  [IdempotencyNumber.IDEMPOTENT, 'IDEMPOTENT'],
  [IdempotencyNumber.KEYED, 'KEYED'],
]);

/** A whole file. @param imports of the files that have the types of other packages */
export function fileText(one: Package, imports: readonly string[]): string[] {
  const names = new TypeNames(one);
  return [
    'syntax = "proto3";',
    ...(one.name === '' ? [] : ['', `package ${one.name};`]),
    ...(imports.length === 0 ? [] : ['', ...imports.map((file) => `import "${file}";`)]),
    ...one.services.flatMap((service) => ['', ...serviceText(service, names)]),
    ...one.declarations.flatMap((declaration) => ['', ...declarationText(declaration, names)]),
  ];
}

/** How a package's own types are called in its file. */
export class TypeNames {
  private readonly prefix: string;
  /** Names of types inside of types, which hide the outer ones of that name. */
  private readonly hidden = new Set<string>();

  constructor({ name, declarations }: Package) {
    this.prefix = name === '' ? '.' : `.${name}.`;
    const waiting = declarations.flatMap(({ inner }) => inner);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      this.hidden.add(next.name);
      waiting.push(...next.inner);
    }
  }

  /** @param type a scalar, or a dot and a full name */
  of(type: string): string {
    if (!type.startsWith(this.prefix)) return type;
    const name = type.slice(this.prefix.length);
    const [first = ''] = name.split('.');
    // The first part finds the nearest type of that name; and packages are found like types.
    return this.hidden.has(first) || this.prefix.split('.').includes(first) ? type : name;
  }
}

export function serviceText(service: ServiceDescription, names: TypeNames): string[] {
  const name = service.name.slice(service.name.lastIndexOf('.') + 1);
  const methods = service.methods.flatMap((one) => ['', ...methodText(one, names)]);
  // Service 0 has its number from the protocol, not from an option.
  const options = service.id === 0 ? [] : [`option (fio.service) = ${service.id};`];
  const body = options.length === 0 ? methods.slice(1) : [...options, ...methods];
  return [...commentText(service.comment), ...block(`service ${name}`, body)];
}

export function methodText(method: MethodDescription, names: TypeNames): string[] {
  const { name, id, kind, idempotency } = method;
  const takesMany = kind === KindNumber.CLIENT_STREAMING || kind === KindNumber.BIDIRECTIONAL;
  const givesMany = kind === KindNumber.SERVER_STREAMING || kind === KindNumber.BIDIRECTIONAL;
  const input = `${takesMany ? 'stream ' : ''}${names.of(`.${method.input}`)}`;
  const output = `${givesMany ? 'stream ' : ''}${names.of(`.${method.output}`)}`;
  const promise = PROMISES.get(idempotency);
  return [
    ...commentText(method.comment),
    ...block(`rpc ${name}(${input}) returns (${output})`, [
      `option (fio.method) = ${id};`,
      ...(promise === undefined ? [] : [`option (fio.idempotent) = ${promise};`]),
    ]),
  ];
}

export function declarationText(declaration: Declaration, names: TypeNames): string[] {
  const { name, message, enumeration, inner } = declaration;
  if (enumeration !== undefined) return enumText(name, enumeration);
  const insides = inner.flatMap((one) => [...declarationText(one, names), '']);
  const fields = message === undefined ? [] : messageBody(message, names);
  const body = fields.length === 0 ? insides.slice(0, -1) : [...insides, ...fields];
  return [...commentText(message?.comment ?? ''), ...block(`message ${name}`, body)];
}

function messageBody(message: MessageDescription, names: TypeNames): string[] {
  const { errorId, errorCode } = message;
  const options =
    errorId === 0
      ? []
      : [
          `option (fio.error) = ${errorId};`,
          `option (fio.code) = ${StatusCode[errorCode] ?? errorCode};`,
        ];
  const members: { readonly oneof: string; readonly lines: string[] }[] = [];
  for (const field of message.fields) {
    const text = [...commentText(field.comment), fieldText(field, names)];
    const { oneof } = field;
    const others = oneof === '' ? undefined : members.find((one) => one.oneof === oneof);
    if (others === undefined) members.push({ oneof, lines: text });
    else others.lines.push(...text);
  }
  return [
    ...options,
    ...members.flatMap(({ oneof, lines }) =>
      oneof === '' ? lines : block(`oneof ${oneof}`, lines),
    ),
  ];
}

function fieldText(field: FieldDescription, names: TypeNames): string {
  const type = names.of(field.type);
  const end = `${field.name} = ${field.number}${field.jsNumber ? ' [jstype = JS_NUMBER]' : ''};`;
  switch (field.label) {
    case LabelNumber.MAP:
      return `map<${field.key}, ${type}> ${end}`;
    case LabelNumber.OPTIONAL:
      return `optional ${type} ${end}`;
    case LabelNumber.REPEATED:
      return `repeated ${type} ${end}`;
    case LabelNumber.SINGLE:
      return `${type} ${end}`;
  }
}

function enumText(name: string, { comment, values }: EnumDescription): string[] {
  const isAliased = new Set(values.map(({ number }) => number)).size < values.length;
  return [
    ...commentText(comment),
    ...block(`enum ${name}`, [
      ...(isAliased ? ['option allow_alias = true;'] : []),
      ...values.flatMap((one) => [...commentText(one.comment), `${one.name} = ${one.number};`]),
    ]),
  ];
}

function block(head: string, body: readonly string[]): string[] {
  if (body.length === 0) return [`${head} {}`];
  return [`${head} {`, ...body.map((line) => (line === '' ? '' : `  ${line}`)), '}'];
}

function commentText(comment: string): string[] {
  return comment === '' ? [] : comment.split('\n').map((line) => `// ${line}`.trimEnd());
}
