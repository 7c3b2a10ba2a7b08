import { Builtin } from '../builtin-service';
import type { DescribeReply } from '../description';
import type { ErrorType, ServiceDesc } from '../method';
import { RpcError, StatusCode } from '../status';
import { suggestion } from '../suggestion';
import type { CallOptions } from './call';
import type { Channel } from './channel';
import { client } from './client';
import { errorsFromDescription } from './described-errors';
import type { DynamicMessage } from './described-message';
import { serviceFromDescription } from './described-service';
import type { BidirectionalCall, ClientStreamingCall } from './streaming-call';

/**
 * What calling a method gives; which of these it is, its kind says, and only the server knows that:
 * a promise of the reply, a stream to read, to write, or both.
 */
export type DynamicCall = Promise<DynamicMessage> &
  ClientStreamingCall<DynamicMessage, DynamicMessage> &
  BidirectionalCall<DynamicMessage, DynamicMessage>;

/** A method that takes many requests has only options: the requests come by send(). */
export type DynamicMethod = (
  request?: DynamicMessage | CallOptions,
  options?: CallOptions,
) => DynamicCall;

/** The methods of a service that the compiler does not know. */
export type DynamicClient<N extends string = string> = Readonly<Record<N, DynamicMethod>>;

/** What a server tells of its services: of one, by its name, or of all. */
export function describeServer(
  channel: Channel,
  service = '',
  options?: CallOptions,
): Promise<DescribeReply> {
  return client(Builtin, channel).describe({ service }, options);
}

/**
 * A client without generated code: it learns methods and types from the server.
 * `const math = await dynamicClient(channel, 'Math'); await math.add({ a: 2, b: 3 })`. Calls are
 * those of client(), in all their kinds; what is left out of a request is at its default.
 * @param name in full, or without the package if only one service is named so
 * @param options of the call that asks the server
 * @throws RpcError as serviceFromDescription(), and as any call
 */
export async function dynamicClient<N extends string = string>(
  channel: Channel,
  name: string,
  options?: CallOptions,
): Promise<DynamicClient<N>> {
  return dynamicClientFrom(await describeService(channel, name, options), name, channel);
}

/**
 * The same of what has been learnt already, on another channel or in a file: nobody is asked.
 * @throws RpcError as serviceFromDescription()
 */
export function dynamicClientFrom<N extends string = string>(
  description: DescribeReply,
  name: string,
  channel: Channel,
): DynamicClient<N> {
  const service = serviceFromDescription(description, name);
  const methods = methodsOf(service, channel);
  const stub = new Proxy(methods, {
    get(_, property): unknown {
      const method = methods[property as string];
      if (method !== undefined) return method;
      // Not found in what all objects have: a method may be called `constructor`.
      if (typeof property === 'symbol' || property === 'then' || property === 'toJSON') return;
      if (property in Object.prototype) return;
      const text = `${service.name} has no method '${property}'`;
      throw new RpcError(
        StatusCode.UNIMPLEMENTED,
        text + suggestion(property, Object.keys(methods)),
        { mayHaveActed: false },
      );
    },
  });
  errorsOf.set(stub, () => errorsFromDescription(description, service.name));
  return stub as DynamicClient<N>;
}

type DynamicErrors = ReadonlyMap<string, ErrorType<DynamicMessage>>;

/** Made of the description when somebody wants them. */
const errorsOf = new WeakMap<object, () => DynamicErrors>();

/**
 * The errors that calls of this client may end with, by their names without the package. What one
 * says besides its text: `errorDetail(error, dynamicErrors(wallet).get('InsufficientFunds'))`.
 * @throws RpcError INTERNAL for a description that does not hold together
 * @throws TypeError for what dynamicClient() has not made
 */
export function dynamicErrors(stub: object): DynamicErrors {
  const errors = errorsOf.get(stub);
  if (errors === undefined) throw new TypeError('this is no client of dynamicClient()');
  return errors();
}

/**
 * What the server tells of one service, or of all when it knows none of that name.
 */
export async function describeService(
  channel: Channel,
  name: string,
  options?: CallOptions,
): Promise<DescribeReply> {
  try {
    return await describeServer(channel, name, options);
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== StatusCode.NOT_FOUND) throw error;
    // A server may know full names only. Where all of them are more than a message holds, it is
    // the first answer that tells what is wrong.
    return describeServer(channel, '', options).catch(() => Promise.reject(error));
  }
}

/** With a request that was left out, where there is to be one. */
function methodsOf(service: ServiceDesc, channel: Channel): Record<string, DynamicMethod> {
  const stub = client(service, channel) as Readonly<Record<string, DynamicMethod>>;
  const methods = Object.entries(service.methods).map(([name, { kind }]) => {
    const call = stub[name] as DynamicMethod;
    const takesMany = kind === 'client-streaming' || kind === 'bidirectional';
    const complete: DynamicMethod = (request = {}, options) => call(request, options);
    return [name, takesMany ? call : complete] as const;
  });
  return Object.assign(
    Object.create(null) as Record<string, DynamicMethod>,
    Object.fromEntries(methods),
  );
}
