import type { MetadataPair } from '../../wire/options';
import type { MethodDesc, MethodKind, ServiceDesc } from '../method';

/** What a handler may know of its call, and do with it, besides the request. */
export interface CallContext {
  /** `wallet.Wallet/ReadBalance` */
  readonly method: string;
  /** The client's address. */
  readonly peer: string;
  /** Who the client is, when the server asks for that; undefined for a stranger. */
  readonly caller: string | undefined;
  /** What the client sent beside the request. */
  readonly metadata: readonly MetadataPair[];
  /**
   * Fires when nobody waits for the answer any more: the client has cancelled, the time limit has
   * passed, the connection is lost, or the server ends. Its reason is an RpcError. It does not
   * fire when the call ends well.
   */
  readonly signal: AbortSignal;
  /** W3C traceparent, when the client sent one. */
  readonly traceContext: string | undefined;
  /** Milliseconds until the time limit, not below 0; undefined when the call has none. */
  remainingMs(): number | undefined;
  /** In the handler of a keyed method: what its service's outcome store has given for this call. */
  readonly transaction: unknown;
  /**
   * In the handler of a keyed method: the reply says that the outcome is not known, so a repeat runs
   * the handler again instead of getting this reply.
   */
  leaveOpen(): void;
  /** Send initial metadata, before the first reply and once. @throws Error later */
  sendMetadata(metadata: readonly MetadataPair[]): void;
  /** What goes with the end of the call, whether it ends well or not. */
  setTrailers(metadata: readonly MetadataPair[]): void;
}

/**
 * A function that serves a method, by the method's kind. What it throws ends the call: an RpcError
 * with its own status. Replies are taken from the iterable one by one, as the client takes them;
 * requests come one by one, or many at a time by batches(requests).
 */
export interface MethodHandlers<I, O> {
  unary: (request: I, context: CallContext) => O | Promise<O>;
  'server-streaming': (request: I, context: CallContext) => AsyncIterable<O> | Iterable<O>;
  'client-streaming': (requests: AsyncIterable<I>, context: CallContext) => O | Promise<O>;
  bidirectional: (
    requests: AsyncIterable<I>,
    context: CallContext,
  ) => AsyncIterable<O> | Iterable<O>;
}

type HandlerOf<M> =
  M extends MethodDesc<infer I, infer O, infer K extends MethodKind>
    ? MethodHandlers<I, O>[K]
    : never;

/** One function for each method of a service, by the method's name in TypeScript. */
export type Handlers<S extends ServiceDesc> = {
  readonly [N in keyof S['methods']]: HandlerOf<S['methods'][N]>;
};

/** A handler of any kind, as the dispatcher holds it. */
export type AnyHandler = (input: unknown, context: CallContext) => unknown;
