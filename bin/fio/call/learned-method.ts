import {
  client,
  describeService,
  errorDetail,
  errorsFromDescription,
  serviceFromDescription,
  type AnyMethod,
  type DescribeReply,
  type DynamicMessage,
  type DynamicMethod,
  type ErrorType,
  type RpcError,
} from '../../../src/rpc/index';
import { UsageError } from '../../support/program';
import { JsonTypes } from '../json/json-types';
import { findMethod, splitMethod } from '../remote/names';
import type { Remote } from '../remote/remote';

/** A method, with all that its server has told of it. */
export interface LearnedMethod {
  /** `wallet.Wallet/ReadBalance` */
  readonly name: string;
  readonly method: AnyMethod;
  readonly types: JsonTypes;
  readonly call: DynamicMethod;
  /** The errors of the IDL that its calls may end with. */
  readonly errors: readonly ErrorType<DynamicMessage>[];
}

/**
 * Asks the server for a method.
 * @param name `Wallet.ReadBalance`, `wallet.Wallet/ReadBalance`
 * @throws UsageError when it has none of that name; RpcError as serviceFromDescription()
 */
export async function learn(remote: Remote, name: string): Promise<LearnedMethod> {
  const [serviceName, methodName] = splitMethod(name);
  if (serviceName === undefined) {
    throw new UsageError(`'${name}' names no method; write it like Wallet.ReadBalance`);
  }
  const { channel, callOptions } = remote;
  const reply = withBigIntegers(await describeService(channel, serviceName, callOptions));
  const found = findMethod(reply, serviceName, methodName);
  const service = serviceFromDescription(reply, found.service.name);
  const [property, method] =
    Object.entries(service.methods).find(([, one]) => one.name === found.method.name) ?? [];
  if (property === undefined || method === undefined) throw new Error(`${name} is gone`);
  const methods = client(service, channel) as Readonly<Record<string, DynamicMethod>>;
  return {
    name: `${service.name}/${method.name}`,
    method,
    types: new JsonTypes(reply),
    call: methods[property] as DynamicMethod,
    errors: [...errorsFromDescription(reply, service.name).values()],
  };
}

/** What an error says besides its text, when the IDL declares it. */
export function detailOf(
  { errors }: LearnedMethod,
  error: RpcError,
): { readonly name: string; readonly detail: DynamicMessage } | undefined {
  for (const type of errors) {
    const detail = errorDetail(error, type);
    if (detail !== undefined) return { name: type.name, detail };
  }
  return undefined;
}

/** Nobody computes with the numbers here: all of them are exact. */
function withBigIntegers(reply: DescribeReply): DescribeReply {
  return {
    ...reply,
    messages: reply.messages.map((message) => ({
      ...message,
      fields: message.fields.map((field) => ({ ...field, jsNumber: false })),
    })),
  };
}
