import { setMaxListeners } from 'node:events';
import type { ByteReader } from '../../wire/byte-reader';
import { Flag } from '../../wire/frame';
import { TIMEOUT_MS_MAX } from '../../wire/limits';
import { NO_OPTIONS, type FrameOptions, type MetadataPair } from '../../wire/options';
import { ProtocolError } from '../../wire/protocol-error';
import type { Connection } from '../connection';
import { currentCall, type ParentCall } from '../current-call';
import type { Deadlines, Waiter } from '../deadlines';
import { clientCalls, type CallEvent } from '../diagnostics';
import type { Environment, Timer } from '../environment';
import { methodName, packageOf, type AnyMethod, type ServiceDesc } from '../method';
import { NO_BYTES, RAW_BYTES } from '../raw-bytes';
import { RpcError, StatusCode, type TypedDetail } from '../status';
import type { Stream } from '../stream';
import type { StreamOwner } from '../stream-host';
import { isTimeLimit } from './abort-reason';

export interface CallOptions {
  /**
   * Time limit in milliseconds, for everything from now on; default: none. A call made inside a
   * handler has at most what the handler's own call has left, and ends with it.
   */
  readonly timeoutMs?: number;
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /**
   * Keep trying to connect, within the channel's connectTimeoutMs; default: fail at once. A server
   * that TLS refuses fails the call at once in any case.
   */
  readonly waitForReady?: boolean;
  /** W3C traceparent; default: that of the call in whose handler this one is made. */
  readonly traceContext?: string;
  /**
   * Of a keyed method: 16 bytes by which the server knows a repeat; makeIdempotencyKey(). Default: a
   * new one for each call, the same for each of its tries.
   */
  readonly idempotencyKey?: Uint8Array;
  /** Sent beside the request. */
  readonly metadata?: readonly MetadataPair[];
  /** How often the call has been tried before; told to the server. */
  readonly attempt?: number;
  /** Who makes this call, when that is not who made the connection. */
  readonly credentials?: Uint8Array;
  /** Told of what the server sends before its first reply, when it sends any. */
  readonly onMetadata?: (metadata: readonly MetadataPair[]) => void;
  /** Told of what the server sends at the end of the call, with success or error. */
  readonly onTrailers?: (metadata: readonly MetadataPair[]) => void;
}

/** What a call needs of its channel. */
export interface CallHost {
  readonly environment: Environment;
  /** The time limits of its calls. */
  readonly deadlines: Deadlines;
  /** Whether a call's own credentials may go where others can read them. */
  readonly sendsCredentialsInClear: boolean;
  /** Make the call once more, on another connection if there is one: no server has seen it. */
  again(call: ClientCall): void;
}

export const NO_CALL_OPTIONS: CallOptions = Object.freeze({});
/** With NOT_PROCESSED: docs/PROTOCOL.md §9. */
const GO_AGAIN_CODES = new Set([StatusCode.UNAVAILABLE, StatusCode.RESOURCE_EXHAUSTED]);

/** It is a byte on the wire. */
const ATTEMPT_MAX = 255;

const NO_METADATA: readonly MetadataPair[] = Object.freeze([]);

/**
 * One call at the client, of any kind: its time limit, its signal, its end. It is over exactly
 * once; who gives up first also tells the server, and the stream's slot waits for its END.
 */
export abstract class ClientCall implements StreamOwner, Waiter {
  /** Whether the call has its outcome: by a time limit or a signal also before it began. */
  isOver = false;
  private hasGoneAgain = false;
  protected stream: Stream | undefined;
  private readonly deadlineMs: number | undefined;
  /** What there was of it when the call was made; Infinity without a limit. */
  private readonly timeoutMs: number = Infinity;
  private readonly timer: Timer | undefined;
  /** The call whose handler makes this one. */
  private readonly parent: ParentCall | undefined;
  private readonly abortListener: (() => void) | undefined;
  /** When somebody listens: what is told of the call. */
  private readonly event: CallEvent | undefined;

  /** @throws RangeError for a time limit that is none */
  constructor(
    private readonly host: CallHost,
    protected readonly service: ServiceDesc,
    protected readonly method: AnyMethod,
    protected readonly options: CallOptions,
  ) {
    if (options.timeoutMs !== undefined) checkTimeout(options.timeoutMs);
    this.parent = currentCall.getStore();
    const timeoutMs = shorter(options.timeoutMs, this.parent?.remainingMs());
    if (timeoutMs !== undefined) {
      const dueMs = host.environment.now() + timeoutMs;
      this.deadlineMs = dueMs;
      this.timeoutMs = timeoutMs;
      this.timer = host.deadlines.begin(dueMs, timeoutMs, this);
    }
    const { signal } = options;
    if (signal !== undefined || this.parent !== undefined) {
      this.abortListener = () => this.onAbort();
      if (signal !== undefined) listen(signal, this.abortListener);
      if (this.parent !== undefined) listen(this.parent.signal, this.abortListener);
    }
    if (clientCalls.isObserved) {
      const name = methodName(service, method);
      this.event = clientCalls.start(name, method.kind, host.environment.now());
    }
  }

  get waitForReady(): boolean {
    return this.options.waitForReady ?? false;
  }

  /** Whether the caller gave up before the call was made; ends it then. */
  wasAborted(): boolean {
    if (!this.isOver && this.abortedSignal() !== undefined) this.onAbort();
    return this.isOver;
  }

  /**
   * Send the call on a connection that has room.
   * @param isNew it has just been made: the clock, which costs as much as a fifth of what a time
   * limit does, need not be asked again
   */
  start(connection: Connection, isNew = false): void {
    const leftMs = isNew ? this.timeoutMs : this.remainingMs();
    if (leftMs <= 0) {
      this.onDeadline(undefined);
      return;
    }
    if (this.wouldTellCredentials(connection)) {
      const text = 'credentials are not sent over a connection that is not encrypted';
      this.fail(new RpcError(StatusCode.UNAUTHENTICATED, text, { mayHaveActed: false }));
      return;
    }
    const stream = connection.openStream(this.service.id, this.method.id, this);
    this.stream = stream;
    try {
      this.open(stream, toWire(leftMs), this.frameOptions());
    } catch (error) {
      this.stream = undefined;
      connection.forgetStream(stream);
      this.fail(this.badRequest(error));
    }
  }

  /** The call is over, by an error. */
  fail(error: RpcError): void {
    if (this.isOver) return;
    this.settle(error);
    this.onFailed(error);
  }

  // ---- what each kind of call does ------------------------------------------------------------

  abstract readonly wantsMessage: boolean;
  /** Whether all of its requests are still here. */
  protected abstract readonly canGoAgain: boolean;
  abstract onMessage(reader: ByteReader, costBytes: number): void;
  /** Write the CALL. */
  protected abstract open(stream: Stream, timeoutMs: number, options: Readonly<FrameOptions>): void;
  /** END(0). `reader` is at the result when the flags say MSG. */
  protected abstract onSuccess(flags: number, reader: ByteReader): void;
  protected abstract onFailed(error: RpcError): void;

  // ---- StreamOwner ----------------------------------------------------------------------------

  onEnd(
    code: StatusCode,
    flags: number,
    options: Readonly<FrameOptions>,
    reader: ByteReader,
  ): void {
    if (this.isOver) return;
    if (!this.tell(this.options.onTrailers, options)) return;
    if (code === StatusCode.OK) this.onSuccess(flags, reader);
    else
      this.failOrGoAgain(
        errorOfEnd(code, flags, options, this.typedDetail(flags, options, reader)),
      );
  }

  onMeta(options: Readonly<FrameOptions>): void {
    if (!this.isOver) this.tell(this.options.onMetadata, options);
  }

  onBadMessage(error: ProtocolError): void {
    const isTooMuch = error.status === StatusCode.RESOURCE_EXHAUSTED;
    const code = isTooMuch ? error.status : StatusCode.INTERNAL;
    this.giveUp(
      StatusCode.CANCELLED,
      new RpcError(code, `the reply: ${error.message}`, { cause: error }),
    );
  }

  onLost(error: RpcError): void {
    if (!this.isOver) this.failOrGoAgain(error);
  }

  onHalfClosed(): void {
    // Only a server is told of LAST.
  }

  onEndWritten(): void {
    // Only a server writes END.
  }

  onCancel(): void {
    // Only a server is told of CANCEL.
  }

  /**
   * The only licence to make a call again unasked: that no handler has seen it. Once, so that two
   * servers which are full do not play ball with it.
   */
  private failOrGoAgain(error: RpcError): void {
    const isUnseen = !error.mayHaveActed && GO_AGAIN_CODES.has(error.code);
    if (!isUnseen || this.hasGoneAgain || !this.canGoAgain) {
      this.fail(error);
      return;
    }
    this.hasGoneAgain = true;
    this.stream = undefined;
    this.host.again(this);
  }

  // ---- helpers --------------------------------------------------------------------------------

  /** Decode one message; one that cannot be taken ends the call, and the answer is undefined. */
  protected decode(reader: ByteReader, flags: number): unknown {
    try {
      return this.stream?.decode(this.method.output, reader, flags);
    } catch (error) {
      if (error instanceof ProtocolError) this.onBadMessage(error);
      else {
        const text = 'the reply cannot be decoded';
        const failure = new RpcError(StatusCode.INTERNAL, text, { cause: error });
        this.giveUp(StatusCode.CANCELLED, failure);
      }
      return undefined;
    }
  }

  /** An error that the IDL declares; undefined when it is none, or its detail cannot be taken. */
  private typedDetail(
    flags: number,
    { errorId: id }: Readonly<FrameOptions>,
    reader: ByteReader,
  ): TypedDetail | undefined {
    if (id === undefined) return undefined;
    try {
      const isThere = (flags & Flag.MSG) !== 0;
      const bytes = isThere ? this.stream?.decode(RAW_BYTES, reader, flags) : NO_BYTES;
      return { id, package: packageOf(this.service.name), bytes: bytes ?? NO_BYTES };
    } catch (error) {
      if (error instanceof ProtocolError) return undefined;
      throw error;
    }
  }

  /** Metadata for the program. False: what it threw has ended this call, and no other. */
  private tell(listener: CallOptions['onMetadata'], options: Readonly<FrameOptions>): boolean {
    if (listener === undefined) return true;
    try {
      listener(options.metadata ?? NO_METADATA);
      return true;
    } catch (cause) {
      const error = new RpcError(StatusCode.UNKNOWN, 'what takes the metadata failed', { cause });
      this.giveUp(StatusCode.CANCELLED, error);
      return false;
    }
  }

  /** End the call from here: tell the server `code`, the application `error`. */
  protected giveUp(code: StatusCode, error: RpcError): void {
    if (this.isOver) return;
    this.stream?.cancel(code, error.text);
    this.fail(error);
  }

  /** @param error undefined when the call has ended well */
  protected settle(error?: RpcError): void {
    this.isOver = true;
    this.timer?.cancel();
    if (this.event !== undefined) {
      clientCalls.end(this.event, this.host.environment.now(), error);
    }
    if (this.abortListener !== undefined) {
      this.options.signal?.removeEventListener('abort', this.abortListener);
      this.parent?.signal.removeEventListener('abort', this.abortListener);
    }
  }

  protected wrongCount(found: string): RpcError {
    const name = methodName(this.service, this.method);
    return new RpcError(StatusCode.UNIMPLEMENTED, `${name} has exactly one reply, got ${found}`);
  }

  /** A message of the program's own that cannot be sent. */
  protected badRequest(error: unknown): RpcError {
    if (error instanceof RpcError) return error;
    const detail = error instanceof Error ? error.message : String(error);
    return new RpcError(
      StatusCode.INVALID_ARGUMENT,
      `the request ${this.method.input.name} cannot be sent: ${detail}`,
      { cause: error, mayHaveActed: false },
    );
  }

  private wouldTellCredentials({ identity }: Connection): boolean {
    if (this.options.credentials === undefined) return false;
    return !identity.isEncrypted && !this.host.sendsCredentialsInClear;
  }

  /** The time left; Infinity without a limit. */
  private remainingMs(): number {
    if (this.deadlineMs === undefined) return Infinity;
    return this.deadlineMs - this.host.environment.now();
  }

  private frameOptions(): Readonly<FrameOptions> {
    const { metadata, credentials, idempotencyKey } = this.options;
    let { attempt } = this.options;
    if (this.hasGoneAgain) attempt = Math.min((attempt ?? 0) + 1, ATTEMPT_MAX);
    const traceContext = this.options.traceContext ?? this.parent?.traceContext;
    const isPlain =
      (metadata ?? attempt ?? credentials ?? traceContext ?? idempotencyKey) === undefined;
    if (isPlain) return NO_OPTIONS;
    return {
      metadata: metadata && [...metadata],
      attempt,
      credentials,
      traceContext,
      idempotencyKey,
    };
  }

  private abortedSignal(): AbortSignal | undefined {
    if (this.options.signal?.aborted === true) return this.options.signal;
    return this.parent?.signal.aborted === true ? this.parent.signal : undefined;
  }

  /** The time limit has passed. */
  onDue(): void {
    this.onDeadline(undefined);
  }

  private onDeadline(cause: unknown): void {
    this.giveUpBy(StatusCode.DEADLINE_EXCEEDED, 'the time limit has passed', cause);
  }

  private onAbort(): void {
    const reason: unknown = this.abortedSignal()?.reason;
    // A deadline beats an abort when both have come.
    if (this.remainingMs() <= 0 || isTimeLimit(reason)) this.onDeadline(reason);
    else this.giveUpBy(StatusCode.CANCELLED, 'the caller gave up', reason);
  }

  private giveUpBy(code: StatusCode, text: string, cause: unknown): void {
    const mayHaveActed = this.stream !== undefined;
    this.giveUp(code, new RpcError(code, text, { cause, mayHaveActed }));
  }
}

/** What the CALL says: 0 for no limit, and rounded up so that a limit is never 0. */
function toWire(leftMs: number): number {
  return leftMs === Infinity ? 0 : Math.ceil(leftMs);
}

/** One signal may end any number of calls: more than ten are no sign of a leak. */
function listen(signal: AbortSignal, listener: () => void): void {
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
}

function shorter(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

function checkTimeout(timeoutMs: number): void {
  if (timeoutMs >= 0 && timeoutMs <= TIMEOUT_MS_MAX) return;
  throw new RangeError(`timeoutMs must be from 0 to 2^31-1, not ${timeoutMs}`);
}

function errorOfEnd(
  code: StatusCode,
  flags: number,
  options: Readonly<FrameOptions>,
  typed: TypedDetail | undefined,
): RpcError {
  return new RpcError(code, options.text ?? '', {
    isLocal: false,
    mayHaveActed: (flags & Flag.NOT_PROCESSED) === 0,
    ...(options.metadata !== undefined && { metadata: options.metadata }),
    ...(options.retryAfterMs !== undefined && { retryAfterMs: options.retryAfterMs }),
    ...(typed !== undefined && { typed }),
  });
}
