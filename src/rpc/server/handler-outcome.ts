import type { FrameOptions, MetadataPair } from '../../wire/options';
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

/** What END says of an error. */
export function endOfError(
  error: RpcError,
  trailers: readonly MetadataPair[],
): { code: StatusCode; options: FrameOptions } {
  // A handler that throws status 0 has failed all the same.
  const code = error.code === StatusCode.OK ? StatusCode.UNKNOWN : error.code;
  const options: FrameOptions = { text: error.text };
  const metadata = [...error.metadata, ...trailers];
  if (metadata.length > 0) options.metadata = metadata;
  if (error.retryAfterMs !== undefined) options.retryAfterMs = error.retryAfterMs;
  return { code, options };
}

/** For the log. */
export function describe(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  return typeof cause === 'string' ? cause : `thrown was no Error but ${typeof cause}`;
}
