import type { MessageType, Method, Service } from '../model';
import { typeName } from '../names';
import { Names, snakeCase } from './names';
import type { References } from './references';
import { call, comment, docstring, indent, quote, spaced } from './text';

interface Named {
  readonly method: Method;
  /** Of the client's and the server's class. */
  readonly attribute: string;
  /** The module's name for what describes it. */
  readonly constant: string;
}

/** What describes a service, the class of its clients and the class that its servers are made from. */
export function emitService(
  service: Service,
  refs: References,
  errors: readonly MessageType[],
): string[] {
  const attributes = new Names();
  const methods = service.methods.map((method) => ({
    method,
    attribute: attributes.take(snakeCase(method.name)),
    constant: refs.own.local(`${typeName(service)}_${method.name}`),
  }));
  const constant = refs.own.local(`${typeName(service)}_service`);
  return [
    ...methods.flatMap((one) => emitMethod(one, refs)),
    ...call(`${constant} = _fio.Service`, [
      `name=${quote(service.fullName)}`,
      `id=${service.id}`,
      `methods=${tuple(methods.map((one) => one.constant))}`,
      ...(errors.length === 0 ? [] : [`errors=${tuple(errors.map((error) => refs.codec(error)))}`]),
      ...comment(service),
    ]),
    '',
    '',
    ...emitClient(service, methods, constant, refs),
    '',
    '',
    ...emitServer(service, methods, constant, refs),
  ];
}

function emitMethod({ method, attribute, constant }: Named, refs: References): string[] {
  return call(`${constant} = _fio.Method`, [
    `name=${quote(method.name)}`,
    `attribute=${quote(attribute)}`,
    `id=${method.id}`,
    `kind=_fio.Kind.${method.kind.replace('-', '_').toUpperCase()}`,
    `idempotency=_fio.Idempotency.${method.idempotency.toUpperCase()}`,
    `request=${refs.codec(method.input)}`,
    `reply=${refs.codec(method.output)}`,
    ...comment(method),
  ]);
}

function emitClient(
  service: Service,
  methods: readonly Named[],
  constant: string,
  refs: References,
): string[] {
  const body = [
    'def __init__(self, channel: _fio.Channel) -> None:',
    ...indent([`super().__init__(${constant}, channel)`]),
    ...methods.flatMap((one) => ['', ...emitClientMethod(one, refs)]),
  ];
  const name = refs.own.local(`${typeName(service)}Client`);
  return [`class ${name}(_fio.Client):`, ...indent([...spaced(docstring(service)), ...body])];
}

function emitClientMethod({ method, attribute, constant }: Named, refs: References): string[] {
  const { kind } = method;
  const input = refs.type(method.input);
  const output = refs.type(method.output);
  const hasOneRequest = kind === 'unary' || kind === 'server-streaming';
  const replies = {
    unary: output,
    'server-streaming': `_fio.Replies[${output}]`,
    'client-streaming': `_fio.Requests[${input}, ${output}]`,
    bidirectional: `_fio.Duplex[${input}, ${output}]`,
  };
  const parameters = [
    'self',
    ...(hasOneRequest ? [`request: ${input}`] : []),
    'options: _fio.CallOptions = _fio.DEFAULTS',
  ];
  const helper = `self._${kind.replace('-', '_')}`;
  const given = [constant, ...(hasOneRequest ? ['request'] : []), 'options'];
  return [
    `def ${attribute}(`,
    ...indent([parameters.join(', ')]),
    `) -> ${replies[kind]}:`,
    ...indent([...docstring(method), `return ${helper}(${given.join(', ')})`]),
  ];
}

function emitServer(
  service: Service,
  methods: readonly Named[],
  constant: string,
  refs: References,
): string[] {
  const body = [
    `SERVICE = ${constant}`,
    ...methods.flatMap((one) => ['', ...emitServerMethod(one, refs)]),
  ];
  const name = refs.own.local(`${typeName(service)}Server`);
  return [`class ${name}(_fio.Servant):`, ...indent([...spaced(docstring(service)), ...body])];
}

function emitServerMethod({ method, attribute }: Named, refs: References): string[] {
  const { kind } = method;
  const input = refs.type(method.input);
  const output = refs.type(method.output);
  const hasOneRequest = kind === 'unary' || kind === 'server-streaming';
  const hasOneReply = kind === 'unary' || kind === 'client-streaming';
  const request = hasOneRequest ? `request: ${input}` : `requests: _Iterator[${input}]`;
  return [
    '@_fio.left_out',
    `def ${attribute}(`,
    ...indent([`self, ${request}, context: _fio.CallContext`]),
    `) -> ${hasOneReply ? output : `_Iterable[${output}]`}:`,
    ...indent([...docstring(method), 'raise NotImplementedError']),
  ];
}

function tuple(parts: readonly string[]): string {
  return parts.length === 1 ? `(${parts.join('')},)` : `(${parts.join(', ')})`;
}
