import type { MethodDesc, MethodKind, ServiceDesc } from '../method';
import type { CallOptions } from './call';
import type { Channel } from './channel';
import type { BidirectionalCall, ClientStreamingCall, ServerStreamingCall } from './streaming-call';

/** A method as its caller sees it, by its kind. */
export interface MethodCalls<I, O> {
  unary: (request: I, options?: CallOptions) => Promise<O>;
  'server-streaming': (request: I, options?: CallOptions) => ServerStreamingCall<O>;
  'client-streaming': (options?: CallOptions) => ClientStreamingCall<I, O>;
  bidirectional: (options?: CallOptions) => BidirectionalCall<I, O>;
}

type MethodOf<M> =
  M extends MethodDesc<infer I, infer O, infer K extends MethodKind> ? MethodCalls<I, O>[K] : never;

/** The methods of a service, by their names in TypeScript. */
export type Client<S extends ServiceDesc> = {
  readonly [N in keyof S['methods']]: MethodOf<S['methods'][N]>;
};

/**
 * The client of a service on a channel: `client(Wallet, channel).readBalance({ wallet })`. It
 * holds nothing of its own; make as many as you like.
 */
export function client<S extends ServiceDesc>(service: S, channel: Channel): Client<S> {
  const methods: Record<string, unknown> = {};
  for (const [localName, method] of Object.entries(service.methods)) {
    const takesMany = method.kind === 'client-streaming' || method.kind === 'bidirectional';
    methods[localName] = takesMany
      ? (options?: CallOptions) => channel.call(service, method, undefined, options)
      : (request: unknown, options?: CallOptions) =>
          channel.call(service, method, request, options);
  }
  return methods as Client<S>;
}
