import type { AnyMethod, ServiceDesc } from '../method';
import type { CallOptions } from './call';

/** A call that is about to be made. */
export interface OutgoingCall {
  readonly service: ServiceDesc;
  readonly method: AnyMethod;
  /** The only request; undefined for a method that takes many, which come by send(). */
  readonly request: unknown;
  readonly options: CallOptions;
}

/** A call that streams, with all that any kind of it has. */
export interface AnyStreamingCall extends AsyncIterableIterator<unknown, undefined> {
  send(request: unknown): Promise<boolean>;
  end(): void;
  finish(): Promise<unknown>;
  cancel(): void;
}

/** A promise of the reply for a unary method, else the call itself. */
export type CallOutcome = Promise<unknown> | AnyStreamingCall;

/**
 * A function around every call of a channel, of all kinds: it may change the call before it hands
 * it on, hand it on again, answer itself, and change or watch the outcome. The first in the list
 * is the outermost.
 */
export type ClientInterceptor = (
  call: OutgoingCall,
  next: (call: OutgoingCall) => CallOutcome,
) => CallOutcome;

/** The interceptors around `last`, as one function. */
export function chain(
  interceptors: readonly ClientInterceptor[],
  last: (call: OutgoingCall) => CallOutcome,
): (call: OutgoingCall) => CallOutcome {
  return interceptors.reduceRight<(call: OutgoingCall) => CallOutcome>(
    (next, interceptor) => (call) => interceptor(call, next),
    last,
  );
}
