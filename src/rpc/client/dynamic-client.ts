import { Builtin } from '../builtin-service';
import type { DescribeReply } from '../description';
import type { ServiceDesc } from '../method';
import { RpcError, StatusCode } from '../status';
import type { CallOptions } from './call';
import type { Channel } from './channel';
import { client } from './client';
import type { DynamicMessage } from './described-message';
import { serviceFromDescription } from './described-service';
import type { BidirectionalCall, ClientStreamingCall } from './streaming-call';
import { suggestion } from './suggestion';

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

/** What a server tells of its services: of one, by its full name, or of all. */
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
  const service = serviceFromDescription(await describeService(channel, name, options), name);
  return new Proxy(methodsOf(service, channel), {
    get(methods, property): unknown {
      // Not found in what all objects have: a method may be called `constructor`.
      if (typeof property === 'symbol' || property === 'then') return undefined;
      if (Object.hasOwn(methods, property)) return methods[property];
      if (property in Object.prototype || property === 'toJSON') return undefined;
      const text = `${service.name} has no method '${property}'`;
      throw new RpcError(
        StatusCode.UNIMPLEMENTED,
        text + suggestion(property, Object.keys(methods)),
        { mayHaveActed: false },
      );
    },
  }) as DynamicClient<N>;
}

/**
 * What the server tells of one service, or of all when `name` is no full name. One alone is asked
 * for first, as all may be more than fits in a message.
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
    return describeServer(channel, '', options);
  }
}

/** With a request that was left out, where there is to be one. */
function methodsOf(service: ServiceDesc, channel: Channel): Readonly<Record<string, unknown>> {
  const stub = client(service, channel) as Readonly<Record<string, DynamicMethod>>;
  const methods = Object.entries(service.methods).map(([name, { kind }]) => {
    const call = stub[name] as DynamicMethod;
    const takesMany = kind === 'client-streaming' || kind === 'bidirectional';
    const complete: DynamicMethod = (request = {}, options) => call(request, options);
    return [name, takesMany ? call : complete] as const;
  });
  return Object.fromEntries(methods);
}
