import type { MethodDesc, ServiceDesc } from '../method';
import type { CallOptions } from './call';
import type { Channel } from './channel';

/** A unary method as its caller sees it. */
export type UnaryMethod<I, O> = (request: I, options?: CallOptions) => Promise<O>;

type MethodOf<M> =
  M extends MethodDesc<infer I, infer O, infer K>
    ? K extends 'unary'
      ? UnaryMethod<I, O>
      : never
    : never;

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
    methods[localName] = (request: unknown, options?: CallOptions) =>
      channel.unary(service, method, request, options);
  }
  return methods as Client<S>;
}
