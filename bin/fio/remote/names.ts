import {
  describeServer,
  findService,
  RpcError,
  StatusCode,
  suggestion,
  type DescribeReply,
  type EnumDescription,
  type MessageDescription,
  type MethodDescription,
  type ServiceDescription,
} from '../../../src/rpc/index';
import { UsageError } from '../../support/program';
import { parentOf } from '../proto/declarations';
import type { Remote } from './remote';

/** Service 0, which every server has. */
export const BUILTIN = 'fio.Builtin';

/** What a name of a command may mean. */
export type Named =
  | { readonly kind: 'service'; readonly service: ServiceDescription }
  | {
      readonly kind: 'method';
      readonly service: ServiceDescription;
      readonly method: MethodDescription;
    }
  | { readonly kind: 'type'; readonly type: MessageDescription | EnumDescription };

/**
 * All that a server tells of itself; when that is too long for one message, what it tells of the
 * service that the name begins with.
 * @param name as in find(), or '' for none
 */
export async function ask({ channel, callOptions }: Remote, name = ''): Promise<DescribeReply> {
  try {
    return await describeServer(channel, '', callOptions);
  } catch (error) {
    const isTooLong = error instanceof RpcError && error.code === StatusCode.RESOURCE_EXHAUSTED;
    if (!isTooLong || name === '') throw error;
    const [service = ''] = splitMethod(name);
    return describeServer(channel, service, callOptions);
  }
}

/**
 * `Wallet`, `wallet.Wallet`, `Wallet.ReadBalance`, `wallet.Wallet/ReadBalance`, `WatchEvent` or
 * `wallet.WatchEvent`.
 * @throws UsageError for what is none of these, or several
 */
export function find(reply: DescribeReply, name: string): Named {
  const service = serviceNamed(reply, name);
  if (service !== undefined) return { kind: 'service', service };
  const [serviceName, methodName] = splitMethod(name);
  const owner = serviceName === undefined ? undefined : serviceNamed(reply, serviceName);
  const method = owner === undefined ? undefined : methodNamed(owner, methodName);
  if (owner !== undefined && method !== undefined)
    return { kind: 'method', service: owner, method };
  const type = typeNamed(reply, name);
  if (type !== undefined) return { kind: 'type', type };
  if (owner !== undefined) throw noMethod(owner, methodName);
  throw new UsageError(
    `no service, method or type is called '${name}'${suggestion(name, candidates(reply, name))}`,
  );
}

function typeNamed(
  { messages, enums }: DescribeReply,
  name: string,
): MessageDescription | EnumDescription | undefined {
  const types = [...messages, ...enums];
  const exact = types.find((one) => one.name === name);
  const short = types.filter((one) => one.name.endsWith(`.${name}`));
  if (exact === undefined && short.length > 1) {
    throw new UsageError(`'${name}' may be any of ${short.map((one) => one.name).join(', ')}`);
  }
  return exact ?? short[0];
}

function noMethod(service: ServiceDescription, name: string): UsageError {
  const names = service.methods.map((one) => one.name);
  return new UsageError(`${service.name} has no method '${name}'${suggestion(name, names)}`);
}

/**
 * A method by its service and its name.
 * @throws UsageError for what is none
 */
export function findMethod(
  reply: DescribeReply,
  serviceName: string,
  methodName: string,
): { readonly service: ServiceDescription; readonly method: MethodDescription } {
  const service = asUsage(() => findService(reply.services, serviceName));
  const method = methodNamed(service, methodName);
  if (method !== undefined) return { service, method };
  throw noMethod(service, methodName);
}

/** @throws UsageError for a name that is none, or of several */
export function asUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof RpcError ? new UsageError(error.text) : error;
  }
}

/** `ReadBalance`, and as programs write it: `readBalance`. */
function methodNamed(service: ServiceDescription, name: string): MethodDescription | undefined {
  const plain = (text: string): string => text.replaceAll('_', '').toLowerCase();
  return (
    service.methods.find((one) => one.name === name) ??
    service.methods.find((one) => plain(one.name) === plain(name))
  );
}

function serviceNamed(reply: DescribeReply, name: string): ServiceDescription | undefined {
  try {
    return findService(reply.services, name);
  } catch (error) {
    if (error instanceof RpcError && error.code === StatusCode.NOT_FOUND) return undefined;
    throw error instanceof RpcError ? new UsageError(error.text) : error;
  }
}

/** At the last dot or slash. */
export function splitMethod(name: string): [service: string | undefined, method: string] {
  const at = Math.max(name.lastIndexOf('.'), name.lastIndexOf('/'));
  return at < 0 ? [undefined, name] : [name.slice(0, at), name.slice(at + 1)];
}

/** Names that somebody may have meant: short ones for a short one. */
function candidates({ services, messages, enums }: DescribeReply, name: string): string[] {
  const own = services.filter((one) => one.name !== BUILTIN);
  const isShort = parentOf(parentOf(name)) === '';
  const nameOf = (full: string): string =>
    isShort && parentOf(full) !== '' ? full.slice(parentOf(full).length + 1) : full;
  return [
    ...own.map((one) => nameOf(one.name)),
    ...own.flatMap((one) => one.methods.map((method) => `${nameOf(one.name)}.${method.name}`)),
    ...[...messages, ...enums].map((one) => nameOf(one.name)),
  ];
}
