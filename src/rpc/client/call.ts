import type { Buffer } from 'node:buffer';
import { ByteReader } from '../../wire/byte-reader';
import { Flag } from '../../wire/frame';
import { TIMEOUT_MS_MAX } from '../../wire/limits';
import { NO_OPTIONS, type FrameOptions, type MetadataPair } from '../../wire/options';
import { ProtocolError } from '../../wire/protocol-error';
import type { Connection } from '../connection';
import type { Environment, Timer } from '../environment';
import { methodName, type AnyMethod, type ServiceDesc } from '../method';
import { RpcError, StatusCode } from '../status';
import type { Stream, StreamOwner } from '../stream';

export interface CallOptions {
  /** Time limit in milliseconds, for everything from now on; default: none. */
  readonly timeoutMs?: number;
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** Keep trying to connect, within the channel's connectTimeoutMs; default: fail at once. */
  readonly waitForReady?: boolean;
  /** Sent beside the request. */
  readonly metadata?: readonly MetadataPair[];
}

/**
 * One unary call at the client: a request, a promise and a time limit. It settles exactly once;
 * whoever gives up first also tells the server, and the stream's slot waits for its END.
 */
export class UnaryCall implements StreamOwner {
  readonly waitForReady: boolean;
  private stream: Stream | undefined;
  private timer: Timer | undefined;
  private readonly signal: AbortSignal | undefined;
  private readonly deadlineMs: number | undefined;
  private isSettled = false;
  private reply: unknown;
  private hasReply = false;

  constructor(
    private readonly environment: Environment,
    private readonly service: ServiceDesc,
    private readonly method: AnyMethod,
    private readonly request: unknown,
    private readonly options: CallOptions,
    private readonly resolve: (reply: unknown) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.waitForReady = options.waitForReady ?? false;
    const { timeoutMs, signal } = options;
    if (timeoutMs !== undefined) {
      checkTimeout(timeoutMs);
      this.deadlineMs = environment.now() + timeoutMs;
      this.timer = environment.setTimer(timeoutMs, this.onDeadline, true);
    }
    if (signal !== undefined) {
      this.signal = signal;
      if (signal.aborted) this.onAbort();
      else signal.addEventListener('abort', this.onAbort, { once: true });
    }
  }

  /** Whether the promise has its result: by a time limit or a signal also before the call began. */
  get isOver(): boolean {
    return this.isSettled;
  }

  /** Send the call on a connection that has room. */
  start(connection: Connection): void {
    const stream = connection.openStream(this.service.id, this.method.id, this);
    this.stream = stream;
    try {
      stream.sendCall(this.remainingMs(), this.frameOptions(), this.method.input, this.request);
    } catch (error) {
      this.stream = undefined;
      connection.forgetStream(stream);
      this.fail(this.badRequest(error));
    }
  }

  /** The call never left: no connection, or no room to wait. */
  fail(error: RpcError): void {
    if (this.isSettled) return;
    this.settle();
    this.reject(error);
  }

  // ---- StreamOwner ----------------------------------------------------------------------------

  onEnd(
    code: StatusCode,
    flags: number,
    options: Readonly<FrameOptions>,
    reader: ByteReader,
  ): void {
    if (this.isSettled) return;
    if (code !== StatusCode.OK) {
      this.fail(errorOfEnd(code, flags, options));
      return;
    }
    if ((flags & Flag.MSG) !== 0) this.takeReply(reader);
    // takeReply() may have settled the call by an error.
    if (this.over()) return;
    if (!this.hasReply) {
      this.fail(this.wrongCount('no reply'));
      return;
    }
    this.settle();
    this.resolve(this.reply);
  }

  onMessage(bytes: Buffer, start: number, end: number): void {
    if (!this.isSettled) this.takeReply(new ByteReader().reset(bytes, start, end));
  }

  onBadMessage(error: ProtocolError): void {
    this.stream?.cancel(StatusCode.CANCELLED, error.message);
    const code =
      error.status === StatusCode.RESOURCE_EXHAUSTED ? error.status : StatusCode.INTERNAL;
    this.fail(new RpcError(code, `the reply: ${error.message}`, { cause: error }));
  }

  onLost(error: RpcError): void {
    this.fail(error);
  }

  onMeta(): void {
    // Initial metadata is of no use to a call with one reply.
  }

  onHalfClosed(): void {
    // Only a server is told of LAST.
  }

  onCancel(): void {
    // Only a server is told of CANCEL.
  }

  // ---- the call -------------------------------------------------------------------------------

  private takeReply(reader: ByteReader): void {
    if (this.hasReply) {
      this.stream?.cancel(StatusCode.CANCELLED);
      this.fail(this.wrongCount('more than one reply'));
      return;
    }
    this.hasReply = true;
    const length = reader.end - reader.offset;
    try {
      if (this.stream?.takes(length) === false) {
        throw new ProtocolError('MESSAGE_TOO_LONG', `a message of ${length} bytes`);
      }
      this.reply = this.method.output.decode(reader);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.onBadMessage(error);
    }
  }

  private over(): boolean {
    return this.isSettled;
  }

  private settle(): void {
    this.isSettled = true;
    this.timer?.cancel();
    this.signal?.removeEventListener('abort', this.onAbort);
  }

  /** What the CALL says: the time left, rounded up so that a limit is never 0 on the wire. */
  private remainingMs(): number {
    if (this.deadlineMs === undefined) return 0;
    return Math.max(1, Math.ceil(this.deadlineMs - this.environment.now()));
  }

  private frameOptions(): Readonly<FrameOptions> {
    const { metadata } = this.options;
    return metadata === undefined ? NO_OPTIONS : { metadata: [...metadata] };
  }

  private readonly onDeadline = (): void => {
    this.giveUp(StatusCode.DEADLINE_EXCEEDED, 'the time limit has passed', undefined);
  };

  private readonly onAbort = (): void => {
    const reason: unknown = this.signal?.reason;
    const isTimeout = reason instanceof Error && reason.name === 'TimeoutError';
    // A deadline beats an abort when both have come: AbortSignal.timeout() is one by another name.
    const isLate = this.deadlineMs !== undefined && this.environment.now() >= this.deadlineMs;
    if (isTimeout || isLate)
      this.giveUp(StatusCode.DEADLINE_EXCEEDED, 'the time limit has passed', reason);
    else this.giveUp(StatusCode.CANCELLED, 'the caller gave up', reason);
  };

  private giveUp(code: StatusCode, text: string, cause: unknown): void {
    if (this.isSettled) return;
    this.stream?.cancel(code);
    this.fail(new RpcError(code, text, { cause, mayHaveActed: this.stream !== undefined }));
  }

  private wrongCount(found: string): RpcError {
    const name = methodName(this.service, this.method);
    return new RpcError(StatusCode.UNIMPLEMENTED, `${name} has exactly one reply, got ${found}`);
  }

  private badRequest(error: unknown): RpcError {
    if (error instanceof RpcError) return error;
    const detail = error instanceof Error ? error.message : String(error);
    return new RpcError(
      StatusCode.INVALID_ARGUMENT,
      `the request ${this.method.input.name} cannot be sent: ${detail}`,
      { cause: error, mayHaveActed: false },
    );
  }
}

function checkTimeout(timeoutMs: number): void {
  if (timeoutMs >= 0 && timeoutMs <= TIMEOUT_MS_MAX) return;
  throw new RangeError(`timeoutMs must be from 0 to 2^31-1, not ${timeoutMs}`);
}

function errorOfEnd(code: StatusCode, flags: number, options: Readonly<FrameOptions>): RpcError {
  return new RpcError(code, options.text ?? '', {
    isLocal: false,
    mayHaveActed: (flags & Flag.NOT_PROCESSED) === 0,
    ...(options.metadata !== undefined && { metadata: options.metadata }),
    ...(options.retryAfterMs !== undefined && { retryAfterMs: options.retryAfterMs }),
  });
}
