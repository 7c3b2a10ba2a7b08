import { RpcError, StatusCode } from '../status';

// What a handler may return or throw besides what its type says.

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}

/** A reply that its codec or the peer's limits refuse. */
export function cannotEncode(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  return new RpcError(StatusCode.INTERNAL, 'the reply cannot be encoded', { cause: error });
}

/** For the log. */
export function describe(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  return typeof cause === 'string' ? cause : `thrown was no Error but ${typeof cause}`;
}
