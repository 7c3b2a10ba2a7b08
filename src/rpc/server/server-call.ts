import type { ByteReader } from '../../wire/byte-reader';
import { Flag } from '../../wire/frame';
import { ProtocolError } from '../../wire/protocol-error';
import { currentCall } from '../current-call';
import type { Waiter } from '../deadlines';
import { serverCalls, type CallEvent } from '../diagnostics';
import type { Timer } from '../environment';
import { Inbox } from '../inbox';
import type { MethodKind } from '../method';
import { RpcError, StatusCode } from '../status';
import type { StreamOwner } from '../stream-host';
import type { IncomingCall } from '../streams';
import { refusalOf } from './admission';
import { NO_METADATA, ServerCallContext } from './call-context';
import type { Entry } from './dispatcher';
import { optionsOfEnd } from './end-options';
import { cannotEncode, describe, endOfError, isPromise } from './handler-outcome';
import { sendReplies } from './send-replies';
import type { CallConnection, ServerCallHost } from './server-call-host';

/** What a handler ended with whose END had been written before. */
const ENDED = new RpcError(StatusCode.CANCELLED, 'the call had ended before its handler');

/**
 * One call at the server, of any kind: takes the requests, runs the handler, sends END exactly
 * once. The stream's slot is held until the handler has ended, also after CANCEL and beyond the
 * time limit: a client cannot start more work than the limit by cancelling it (CVE-2023-44487).
 */
export class ServerCall extends ServerCallContext implements StreamOwner, Waiter {
  /** Of a call that has a time limit, and has not ended while its frame was read. */
  private timer: Timer | undefined;
  private readonly kind: MethodKind;
  /** The only request of a method that has one. */
  private request: unknown;
  private requestCostBytes = 0;
  /** The requests of a method that has many. */
  private inbox: Inbox<unknown> | undefined;
  private isRunning = false;
  /** Among the entry's open calls. */
  private isCounted = false;
  /** When the handler began; only some calls are measured. */
  private enteredMs: number | undefined;
  /** When somebody listens: what is told of the call while its handler runs. */
  private event: CallEvent | undefined;

  constructor(host: ServerCallHost, entry: Entry, call: IncomingCall, connection: CallConnection) {
    super(host, entry, call, connection);
    this.kind = entry.method.kind;
  }

  /** The CALL itself: its message, if it has one, is at the reader. */
  begin(flags: number, reader: ByteReader): void {
    if (this.kind === 'client-streaming' || this.kind === 'bidirectional') this.openInbox();
    if ((flags & Flag.MSG) !== 0) this.takeMessage(reader, flags, 0);
    if ((flags & Flag.LAST) !== 0) this.onHalfClosed();
    if (this.inbox !== undefined && !this.stream.isEnded) this.run(this.inbox);
    if (this.deadlineMs !== undefined && !this.stream.isEnded) this.watchTime(this.deadlineMs);
  }

  /** A handler that answers at once is never late, and this is not called: docs/decisions/0011. */
  private watchTime(deadlineMs: number): void {
    const { environment, deadlines } = this.host;
    const leftMs = Math.max(0, Math.ceil(deadlineMs - environment.now()));
    this.timer = deadlines.begin(deadlineMs, leftMs, this);
  }

  onDue(): void {
    if (this.stream.isEnded) return;
    this.abort(new RpcError(StatusCode.DEADLINE_EXCEEDED, 'the time limit has passed'));
  }

  // ---- StreamOwner ----------------------------------------------------------------------------

  get wantsMessage(): boolean {
    return this.inbox?.isWaiting ?? true;
  }

  onMessage(reader: ByteReader, costBytes: number): void {
    this.takeMessage(reader, 0, costBytes);
  }

  onBadMessage(error: ProtocolError): void {
    this.failBeforeEnd(new RpcError(error.status, error.message, { cause: error }));
  }

  onHalfClosed(): void {
    if (this.stream.isEnded) return;
    if (this.inbox !== undefined) this.inbox.close();
    else if (this.request !== undefined) this.runWhenRoom(this.request);
    else this.refuseCount('no message');
  }

  /** Until then the time limit could end a long reply; its timer would keep the call in memory. */
  onEndWritten(): void {
    this.timer?.cancel();
  }

  onCancel(code: StatusCode, text: string): void {
    this.abort(new RpcError(code, text, { isLocal: false }));
  }

  onLost(error: RpcError): void {
    this.abort(error);
  }

  onEnd(): void {
    // Only a client is told of END.
  }

  onMeta(): void {
    // Only a client is told of META.
  }

  // ---- requests -------------------------------------------------------------------------------

  private openInbox(): void {
    this.inbox = new Inbox({
      onTaken: (costBytes) => this.stream.earn(costBytes),
      onWaiting: () => this.stream.earnFragments(),
      // A handler that has read enough may still answer; what comes is dropped without credit.
      onReturn: () => undefined,
    });
  }

  private takeMessage(reader: ByteReader, flags: number, costBytes: number): void {
    if (this.stream.isEnded) return;
    let request: unknown;
    try {
      const { input } = this.entry.method;
      const codec = this.keyed === undefined ? input : this.keyed.keeping(input);
      request = this.stream.decode(codec, reader, flags);
    } catch (error) {
      if (error instanceof ProtocolError) this.onBadMessage(error);
      else this.onBrokenCodec(error);
      return;
    }
    if (this.inbox !== undefined) {
      this.inbox.push(request, costBytes);
      return;
    }
    if (this.request !== undefined) {
      this.refuseCount('more than one message');
      return;
    }
    this.request = request;
    this.requestCostBytes = costBytes;
  }

  /** A mistake of ours, which a peer has found: it must not end the process. */
  private onBrokenCodec(cause: unknown): void {
    const text = 'the request cannot be decoded';
    this.host.log(`${this.entry.name}: ${text}: ${describe(cause)}`, cause);
    this.failBeforeEnd(new RpcError(StatusCode.INTERNAL, text, { cause }));
  }

  // ---- the handler and its end ----------------------------------------------------------------

  /**
   * While the replies of others wait for room, another handler would only make one more of them:
   * a peer that calls and does not read would have a long reply made for each of its slots. The
   * request is held until it is the handler's own.
   */
  private runWhenRoom(request: unknown): void {
    const { held } = this.stream;
    if (held.isWantedByOthers) held.whenRoom(0, () => this.takeAndRun(request));
    else this.takeAndRun(request);
  }

  private takeAndRun(request: unknown): void {
    if (this.stream.isEnded) return;
    this.stream.earn(this.requestCostBytes);
    this.run(request);
  }

  /** Ask who the caller is, when the call brings credentials of its own; then run the handler. */
  private run(input: unknown): void {
    this.isRunning = true;
    const { credentials } = this.options;
    if (credentials === undefined) this.enter(input);
    else void this.identifyAndEnter(credentials, input);
  }

  private async identifyAndEnter(credentials: Uint8Array, input: unknown): Promise<void> {
    try {
      this.caller = await this.host.identify(credentials, this.connection);
    } catch (error) {
      this.onFailure(error);
      return;
    }
    if (!this.isOver()) this.enter(input);
  }

  /** Run the handler; calls that it makes know that they are made inside this one. */
  private enter(input: unknown): void {
    const { caller, entry, host, options } = this;
    const refusal = refusalOf(entry, caller, host.requiresLogin, options);
    if (refusal !== undefined) {
      this.onFailure(refusal);
      return;
    }
    this.isCounted = true;
    if (this.entry.counters.begin()) this.enteredMs = this.host.environment.now();
    if (serverCalls.isObserved) {
      const nowMs = this.host.environment.now();
      this.event = serverCalls.start(this.entry.name, this.kind, nowMs, this);
    }
    currentCall.run(this, RUN_HANDLER, this, input);
  }

  /** Only for run(), inside the call's context. */
  runHandler(input: unknown): void {
    let result: unknown;
    try {
      result = this.entry.handler(input, this);
    } catch (error) {
      this.onFailure(error);
      return;
    }
    if (this.kind === 'server-streaming' || this.kind === 'bidirectional') {
      sendReplies(this.stream, this.entry.method.output, result).then(
        () => this.onReplied(),
        (error: unknown) => this.onFailure(error),
      );
    } else if (isPromise(result)) {
      result.then(
        (value) => this.onResult(value),
        (error: unknown) => this.onFailure(error),
      );
    } else this.onResult(result);
  }

  /** The handler of a method with one reply has ended well. */
  private onResult(result: unknown): void {
    if (this.isOver()) return;
    let bytesWanted;
    try {
      bytesWanted = this.stream.sendResult(
        optionsOfEnd(this.trailers),
        this.entry.method.output,
        result,
      );
    } catch (error) {
      this.onFailure(cannotEncode(error));
      return;
    }
    // A long reply waits for room and credit: meanwhile CANCEL and the time limit still end it.
    this.isRunning = false;
    if (bytesWanted > 0) {
      this.stream.held.whenRoom(bytesWanted, () => this.onResult(result));
      return;
    }
    this.count();
    if (this.stream.isEnded) this.timer?.cancel();
  }

  /** All replies of a method with many have been sent. */
  private onReplied(): void {
    if (this.isOver()) return;
    this.timer?.cancel();
    try {
      this.stream.sendEnd(optionsOfEnd(this.trailers));
      this.count();
    } catch (error) {
      this.onFailure(cannotEncode(error));
    }
  }

  private onFailure(thrown: unknown): void {
    if (this.isOver()) return;
    const error = RpcError.from(thrown);
    this.count(error);
    if (error.cause !== undefined) {
      this.host.log(`${this.entry.name}: ${error.text}: ${describe(error.cause)}`, error.cause);
    }
    this.sendError(error);
  }

  /** The handler has ended: is its outcome still wanted? If not, END says why, now. */
  private isOver(): boolean {
    if (!this.stream.isEnded) {
      if (this.aborted === undefined) return false;
      this.sendError(this.aborted);
    }
    this.count(this.aborted ?? ENDED);
    return true;
  }

  /** The handler has ended, once. @param error undefined when it has ended well */
  private count(error?: RpcError): void {
    if (!this.isCounted) return;
    this.isCounted = false;
    const { enteredMs } = this;
    const tookMs = enteredMs === undefined ? undefined : this.host.environment.now() - enteredMs;
    this.entry.counters.end(error !== undefined, tookMs);
    if (this.event !== undefined) serverCalls.end(this.event, this.host.environment.now(), error);
  }

  /** The call cannot go on; a handler that runs is told, and the slot waits for it. */
  private failBeforeEnd(error: RpcError): void {
    this.inbox?.close(error);
    this.abort(error);
  }

  private abort(reason: RpcError): void {
    if (this.aborted !== undefined) return;
    this.aborted = reason;
    this.timer?.cancel();
    this.controller?.abort(reason);
    this.inbox?.close(reason);
    this.stream.stopSending();
    // No handler runs when the request has not come whole: nothing to wait for.
    if (!this.isRunning && !this.stream.isEnded) this.sendError(reason);
  }

  private sendError(error: RpcError): void {
    this.timer?.cancel();
    const { packageName } = this.entry;
    const trailers = this.trailers ?? NO_METADATA;
    const { code, options, detail } = endOfError(
      error,
      trailers,
      packageName,
      this.stream.peerMessageBytesMax,
    );
    try {
      this.stream.sendError(code, options, 0, detail);
    } catch (cause) {
      // Metadata that cannot be sent must not cost the status, nor the process.
      this.host.log(`${this.entry.name}: sent without its metadata: ${describe(cause)}`, cause);
      this.stream.sendError(code, { text: error.text });
    }
  }

  private refuseCount(found: string): void {
    const text = `${this.entry.name} takes exactly one message, and the call has ${found}`;
    this.failBeforeEnd(new RpcError(StatusCode.UNIMPLEMENTED, text));
  }
}

/** Not a closure per call: this runs for each of them. */
const RUN_HANDLER = (call: ServerCall, input: unknown): void => call.runHandler(input);
