import { Buffer } from 'node:buffer';
import { FRAME_BYTES_MAX, OPTIONS_BYTES_MAX } from '../../wire/limits';
import type { FrameOptions, MetadataPair } from '../../wire/options';
import { RpcError, StatusCode } from '../status';

// What a handler may return or throw besides what its type says.

/** A detail of so many bytes fits into END, whatever the options are. */
const DETAIL_BYTES_MAX = FRAME_BYTES_MAX - 2 - OPTIONS_BYTES_MAX;

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}

/** A reply that its codec or the peer's limits refuse. */
export function cannotEncode(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  return new RpcError(StatusCode.INTERNAL, 'the reply cannot be encoded', { cause: error });
}

/**
 * What END says of an error. A typed error is told as such only by a service of its own package: to
 * the callers of another, its number means something else; nor one whose detail is too long for END.
 */
export function endOfError(
  error: RpcError,
  trailers: readonly MetadataPair[],
  packageName: string,
  peerMessageBytesMax: number,
): { code: StatusCode; options: FrameOptions; detail: Buffer | undefined } {
  // A handler that throws status 0 has failed all the same.
  const code = error.code === StatusCode.OK ? StatusCode.UNKNOWN : error.code;
  const options: FrameOptions = { text: error.text };
  const metadata = [...error.metadata, ...trailers];
  if (metadata.length > 0) options.metadata = metadata;
  if (error.retryAfterMs !== undefined) options.retryAfterMs = error.retryAfterMs;
  const { typed } = error;
  const bytesMax = Math.min(DETAIL_BYTES_MAX, peerMessageBytesMax);
  if (typed?.package !== packageName || typed.bytes.length > bytesMax) {
    return { code, options, detail: undefined };
  }
  options.errorId = typed.id;
  return { code, options, detail: Buffer.from(typed.bytes) };
}

/** For the log. */
export function describe(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  return typeof cause === 'string' ? cause : `thrown was no Error but ${typeof cause}`;
}
