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
    switch (method.kind) {
      case 'unary':
        methods[localName] = (request: unknown, options?: CallOptions) =>
          channel.unary(service, method, request, options);
        break;
      case 'server-streaming':
        methods[localName] = (request: unknown, options?: CallOptions) =>
          channel.stream(service, method, request, options);
        break;
      case 'client-streaming':
      case 'bidirectional':
        methods[localName] = (options?: CallOptions) =>
          channel.stream(service, method, undefined, options);
        break;
    }
  }
  return methods as Client<S>;
}
