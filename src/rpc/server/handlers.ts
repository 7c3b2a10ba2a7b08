import type { MetadataPair } from '../../wire/options';
import type { MethodDesc, ServiceDesc } from '../method';

/** What a handler may know of its call besides the request. */
export interface CallContext {
  /** `wallet.Wallet/ReadBalance` */
  readonly method: string;
  /** The client's address. */
  readonly peer: string;
  /** What the client sent beside the request. */
  readonly metadata: readonly MetadataPair[];
  /**
   * Fires when nobody waits for the answer any more: the client has cancelled, the time limit has
   * passed, the connection is lost, or the server ends. Its reason is an RpcError.
   */
  readonly signal: AbortSignal;
  /** Milliseconds until the time limit, not below 0; undefined when the call has none. */
  remainingMs(): number | undefined;
}

/** A function for a unary method. What it throws ends the call: RpcError with its own status. */
export type UnaryHandler<I, O> = (request: I, context: CallContext) => O | Promise<O>;

type HandlerOf<M> =
  M extends MethodDesc<infer I, infer O, infer K>
    ? K extends 'unary'
      ? UnaryHandler<I, O>
      : never
    : never;

/** One function for each method of a service, by the method's name in TypeScript. */
export type Handlers<S extends ServiceDesc> = {
  readonly [N in keyof S['methods']]: HandlerOf<S['methods'][N]>;
};
