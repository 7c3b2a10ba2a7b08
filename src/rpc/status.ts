import type { MetadataPair } from '../wire/options';
import { StatusCode } from '../wire/status-code';

export { StatusCode } from '../wire/status-code';

/** What an RpcError can have besides code and text. */
export interface RpcErrorInit {
  /** The error behind it; for logs, it never crosses the wire. */
  readonly cause?: unknown;
  /** True when this end made the error, false when it came in the call's END. */
  readonly isLocal?: boolean;
  /** False when it is certain that the handler never saw the call. */
  readonly mayHaveActed?: boolean;
  readonly metadata?: readonly MetadataPair[];
  /** How long the server asks to wait before another try. */
  readonly retryAfterMs?: number;
  /** What an error of the IDL says besides: typedError() and errorDetail(). */
  readonly typed?: TypedDetail;
}

/** An error that an IDL declares, by its number, and its detail as bytes. */
export interface TypedDetail {
  /** u16, unique in the package. */
  readonly id: number;
  readonly package: string;
  readonly bytes: Uint8Array;
}

/**
 * How a call failed. Thrown by clients; thrown in a handler it becomes the status of the call,
 * with its text, which people will read.
 */
export class RpcError extends Error {
  readonly code: StatusCode;
  /** The message without the code's name in front. */
  readonly text: string;
  readonly isLocal: boolean;
  readonly mayHaveActed: boolean;
  readonly metadata: readonly MetadataPair[];
  readonly retryAfterMs: number | undefined;
  readonly typed: TypedDetail | undefined;

  constructor(code: StatusCode, text: string, init: RpcErrorInit = {}) {
    const name = StatusCode[code];
    super(text === '' ? name : `${name}: ${text}`, { cause: init.cause });
    this.name = 'RpcError';
    this.code = code;
    this.text = text;
    this.isLocal = init.isLocal ?? true;
    this.mayHaveActed = init.mayHaveActed ?? true;
    this.metadata = init.metadata ?? [];
    this.retryAfterMs = init.retryAfterMs;
    this.typed = init.typed;
  }

  /** Anything that was thrown, as an RpcError: what is not one becomes UNKNOWN, and its cause. */
  static from(thrown: unknown, text = 'the handler failed'): RpcError {
    if (thrown instanceof RpcError) return thrown;
    return new RpcError(StatusCode.UNKNOWN, text, { cause: thrown });
  }
}

/** The server cannot be reached, or is there no more. */
export function unavailable(text: string, cause?: unknown, mayHaveActed = true): RpcError {
  return new RpcError(StatusCode.UNAVAILABLE, text, { cause, mayHaveActed });
}

/** What a GOAWAY means for the calls: to try again helps, unless who we are or speak is the reason. */
export function ofRefusal(reason: RpcError): RpcError {
  const isFinal =
    reason.code === StatusCode.UNAUTHENTICATED ||
    reason.code === StatusCode.PERMISSION_DENIED ||
    reason.code === StatusCode.UNIMPLEMENTED;
  return isFinal ? reason : unavailable(reason.text, reason);
}

/** The same error of a call of which the server has seen more than who made the error knows. */
export function perhapsActed<T>(error: T): T | RpcError {
  if (!(error instanceof RpcError) || error.mayHaveActed) return error;
  const { code, text, cause, isLocal, metadata, retryAfterMs, typed } = error;
  const init = {
    cause,
    isLocal,
    metadata,
    mayHaveActed: true,
    ...(typed !== undefined && { typed }),
  };
  return new RpcError(code, text, retryAfterMs === undefined ? init : { ...init, retryAfterMs });
}
