import type { CallContext } from './handlers';

/**
 * A function around every handler, of all kinds of call. `input` is the request, or an
 * AsyncIterable of them; the outcome is what a handler returns: a reply or a promise of it, or an
 * iterable of replies. What is thrown ends the call. The first in the list is the outermost.
 */
export type ServerInterceptor = (
  input: unknown,
  context: CallContext,
  next: (input: unknown) => unknown,
) => unknown;

/** The interceptors around a handler, as a handler. */
export function intercept(
  interceptors: readonly ServerInterceptor[],
  handler: (input: unknown, context: CallContext) => unknown,
): (input: unknown, context: CallContext) => unknown {
  return interceptors.reduceRight<(input: unknown, context: CallContext) => unknown>(
    (next, interceptor) => (input, context) =>
      interceptor(input, context, (changed) => next(changed, context)),
    handler,
  );
}
