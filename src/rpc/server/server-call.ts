import type { Buffer } from 'node:buffer';
import { ByteReader } from '../../wire/byte-reader';
import { Flag } from '../../wire/frame';
import { NO_OPTIONS, type FrameOptions, type MetadataPair } from '../../wire/options';
import { ProtocolError } from '../../wire/protocol-error';
import type { IncomingCall } from '../streams';
import type { Environment, Timer } from '../environment';
import { RpcError, StatusCode } from '../status';
import type { Stream, StreamOwner } from '../stream';
import type { Entry } from './dispatcher';
import type { CallContext } from './handlers';

const NO_METADATA: readonly MetadataPair[] = [];

/** What a call needs of its server. */
export interface ServerCallHost {
  readonly environment: Environment;
  readonly log: (line: string, error?: unknown) => void;
}

/**
 * One unary call at the server: takes the request, runs the handler, sends END exactly once. The
 * stream's slot is held until the handler has ended, also after CANCEL and beyond the time limit:
 * a client cannot start more work than the limit by cancelling it (CVE-2023-44487).
 */
export class ServerCall implements StreamOwner, CallContext {
  private readonly stream: Stream;
  private readonly options: Readonly<FrameOptions>;
  private readonly deadlineMs: number | undefined;
  private readonly timer: Timer | undefined;
  private request: unknown;
  private hasRequest = false;
  /** Why nobody waits for the answer any more. */
  private aborted: RpcError | undefined;
  private controller: AbortController | undefined;
  private isLost = false;

  constructor(
    private readonly host: ServerCallHost,
    private readonly entry: Entry,
    call: IncomingCall,
    readonly peer: string,
  ) {
    this.stream = call.stream;
    this.options = call.options;
    if (call.timeoutMs > 0) {
      this.deadlineMs = host.environment.now() + call.timeoutMs;
      this.timer = host.environment.setTimer(call.timeoutMs, this.onDeadline);
    }
  }

  /** The CALL itself: its message, if it has one, is at the reader. */
  begin(flags: number, reader: ByteReader): void {
    if ((flags & Flag.MSG) !== 0) this.takeMessage(reader);
    if ((flags & Flag.LAST) !== 0) this.onHalfClosed();
  }

  // ---- CallContext ----------------------------------------------------------------------------

  get method(): string {
    return this.entry.name;
  }

  get metadata(): readonly MetadataPair[] {
    return this.options.metadata ?? NO_METADATA;
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.aborted !== undefined) this.controller.abort(this.aborted);
    }
    return this.controller.signal;
  }

  remainingMs(): number | undefined {
    if (this.deadlineMs === undefined) return undefined;
    return Math.max(0, this.deadlineMs - this.host.environment.now());
  }

  // ---- StreamOwner ----------------------------------------------------------------------------

  onMessage(bytes: Buffer, start: number, end: number): void {
    this.takeMessage(new ByteReader().reset(bytes, start, end));
  }

  onBadMessage(error: ProtocolError): void {
    this.sendError(new RpcError(error.status, error.message, { cause: error }));
  }

  onHalfClosed(): void {
    if (this.stream.isEnded) return;
    if (this.hasRequest) this.run();
    else this.refuseCount('no message');
  }

  onCancel(code: StatusCode, text: string): void {
    this.abort(new RpcError(code, text, { isLocal: false }));
  }

  onLost(error: RpcError): void {
    this.isLost = true;
    this.abort(error);
  }

  onEnd(): void {
    // Only a client is told of END.
  }

  onMeta(): void {
    // Only a client is told of META.
  }

  // ---- the call -------------------------------------------------------------------------------

  private takeMessage(reader: ByteReader): void {
    if (this.stream.isEnded) return;
    if (this.hasRequest) {
      this.refuseCount('more than one message');
      return;
    }
    this.hasRequest = true;
    const length = reader.end - reader.offset;
    try {
      if (!this.stream.takes(length)) {
        throw new ProtocolError('MESSAGE_TOO_LONG', `a message of ${length} bytes`);
      }
      this.request = this.entry.method.input.decode(reader);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.onBadMessage(error);
    }
  }

  private run(): void {
    let result: unknown;
    try {
      result = this.entry.handler(this.request, this);
    } catch (error) {
      this.onFailure(error);
      return;
    }
    if (isPromise(result)) result.then(this.onResult, this.onFailure);
    else this.onResult(result);
  }

  private readonly onResult = (result: unknown): void => {
    if (this.isOver()) return;
    this.timer?.cancel();
    try {
      this.stream.sendResult(NO_OPTIONS, this.entry.method.output, result);
    } catch (error) {
      this.onFailure(
        error instanceof RpcError
          ? error
          : new RpcError(StatusCode.INTERNAL, 'the reply cannot be encoded', { cause: error }),
      );
    }
  };

  private readonly onFailure = (thrown: unknown): void => {
    if (this.isOver()) return;
    const error = RpcError.from(thrown);
    if (error.cause !== undefined) {
      this.host.log(`${this.entry.name}: ${error.text}: ${describe(error.cause)}`, error.cause);
    }
    this.sendError(error);
  };

  /** The handler has ended: is its outcome still wanted? If not, END says why, now. */
  private isOver(): boolean {
    if (this.isLost || this.stream.isEnded) return true;
    if (this.aborted === undefined) return false;
    this.sendError(this.aborted);
    return true;
  }

  private sendError(error: RpcError): void {
    this.timer?.cancel();
    // A handler that throws status 0 has failed all the same.
    const code = error.code === StatusCode.OK ? StatusCode.UNKNOWN : error.code;
    const options: FrameOptions = { text: error.text };
    if (error.metadata.length > 0) options.metadata = [...error.metadata];
    if (error.retryAfterMs !== undefined) options.retryAfterMs = error.retryAfterMs;
    this.stream.sendError(code, options);
  }

  private refuseCount(found: string): void {
    const text = `${this.entry.name} takes exactly one message, and the call has ${found}`;
    this.sendError(new RpcError(StatusCode.UNIMPLEMENTED, text));
  }

  private readonly onDeadline = (): void => {
    this.abort(new RpcError(StatusCode.DEADLINE_EXCEEDED, 'the time limit has passed'));
  };

  private abort(reason: RpcError): void {
    if (this.aborted !== undefined) return;
    this.aborted = reason;
    this.timer?.cancel();
    this.controller?.abort(reason);
    // No handler runs yet when the request has not come whole: nothing to wait for.
    if (!this.isLost && !this.stream.isEnded && !this.isRunning) this.sendError(reason);
  }

  private get isRunning(): boolean {
    return this.request !== undefined && this.stream.isPeerHalfClosed;
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
