import type { ByteReader } from '../../wire/byte-reader';
import { Flag } from '../../wire/frame';
import type { FrameOptions } from '../../wire/options';
import { NEXT_BATCH, type BatchSource } from '../batches';
import type { Connection } from '../connection';
import { Inbox } from '../inbox';
import type { AnyMethod, ServiceDesc } from '../method';
import { perhapsActed, RpcError, StatusCode } from '../status';
import type { Stream } from '../stream';
import { ClientCall, type CallHost, type CallOptions } from './call';

/** A call with one request and many replies: `for await (const reply of call)`, or batches(call). */
export interface ServerStreamingCall<O> extends AsyncIterableIterator<O, undefined> {
  /** Give up; leaving a `for await` early does it too. */
  cancel(): void;
}

/** What a call with many requests can do. */
interface RequestStream<I> {
  /**
   * Send one request. The promise waits for the peer's credit and for the socket: who awaits it
   * cannot run ahead of the reader. False: the server has ended the call and wants no more.
   * @throws RpcError when the call has failed, or for a message that cannot be sent
   */
  send(request: I): Promise<boolean>;
  cancel(): void;
}

/** A call with many requests and one reply. */
export interface ClientStreamingCall<I, O> extends RequestStream<I> {
  /** No more requests: the reply, or why there is none. */
  finish(): Promise<O>;
}

/** A call with many requests and many replies, in any order. */
export interface BidirectionalCall<I, O> extends RequestStream<I>, ServerStreamingCall<O> {
  /** No more requests; replies may still come. */
  end(): void;
  cancel(): void;
}

const SENT = Promise.resolve(true);

/** All three kinds of call that stream; the client's types show of it what each kind has. */
export class StreamingCall
  extends ClientCall
  implements AsyncIterableIterator<unknown, undefined>, BatchSource<unknown>
{
  private readonly inbox: Inbox<unknown>;
  private readonly started: Promise<void>;
  private markStarted!: () => void;
  private failure: RpcError | undefined;
  private hasEnded = false;
  private hasReply = false;

  /** @param request the only request; undefined when they come by send() */
  constructor(
    host: CallHost,
    service: ServiceDesc,
    method: AnyMethod,
    private readonly request: unknown,
    options: CallOptions,
  ) {
    super(host, service, method, options);
    this.started = new Promise((resolve) => (this.markStarted = resolve));
    this.inbox = new Inbox({
      onTaken: (costBytes) => this.stream?.earn(costBytes),
      onWaiting: () => this.stream?.earnFragments(),
      onReturn: () => this.cancel(),
    });
  }

  // ---- for the application --------------------------------------------------------------------

  next(): Promise<IteratorResult<unknown, undefined>> {
    return this.inbox.next();
  }

  [NEXT_BATCH](): Promise<unknown[] | undefined> {
    return this.inbox[NEXT_BATCH]();
  }

  return(): Promise<IteratorResult<unknown, undefined>> {
    return this.inbox.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  send(request: unknown): Promise<boolean> {
    if (this.stream === undefined && !this.isOver)
      return this.started.then(() => this.send(request));
    let sent: boolean | Promise<boolean>;
    try {
      sent = this.stream?.send(this.method.input, request) ?? false;
    } catch (error) {
      // The CALL has gone out: its handler may be running.
      return Promise.reject(perhapsActed(this.badRequest(error)));
    }
    if (sent === true) return SENT;
    if (sent === false) return this.outcomeOfSend(false);
    return sent.then((isSent) => this.outcomeOfSend(isSent));
  }

  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    if (this.stream === undefined) void this.started.then(() => this.stream?.halfClose());
    else this.stream.halfClose();
  }

  async finish(): Promise<unknown> {
    this.end();
    const { value: reply, done } = await this.inbox.next();
    if (done === true) throw this.failure ?? this.wrongCount('no reply');
    // A reply that came in DATA counts only when END says that the call has ended well.
    await this.inbox.next();
    return reply;
  }

  cancel(): void {
    const error = new RpcError(StatusCode.CANCELLED, 'the caller gave up');
    this.giveUp(StatusCode.CANCELLED, error);
  }

  protected get canGoAgain(): boolean {
    return this.request !== undefined && !this.hasReply;
  }

  // ---- ClientCall -----------------------------------------------------------------------------

  get wantsMessage(): boolean {
    return this.inbox.isWaiting || this.method.kind === 'client-streaming';
  }

  override start(connection: Connection, isNew?: boolean): void {
    super.start(connection, isNew);
    this.markStarted();
  }

  onMessage(reader: ByteReader, costBytes: number): void {
    if (this.isOver) return;
    const reply = this.decode(reader, 0);
    if (reply !== undefined) this.take(reply, costBytes);
  }

  protected open(stream: Stream, timeoutMs: number, options: Readonly<FrameOptions>): void {
    if (this.request === undefined) stream.openCall(timeoutMs, options);
    else stream.sendCall(timeoutMs, options, this.method.input, this.request);
  }

  protected onSuccess(flags: number, reader: ByteReader): void {
    if ((flags & Flag.MSG) !== 0) {
      const reply = this.decode(reader, flags);
      if (reply !== undefined) this.take(reply, 0);
    }
    // decode() and take() may have ended the call by an error.
    if (this.isOver) return;
    this.settle();
    this.inbox.close();
  }

  protected onFailed(error: RpcError): void {
    this.failure = error;
    this.inbox.close(error);
    this.markStarted();
  }

  private take(reply: unknown, costBytes: number): void {
    if (this.method.kind === 'client-streaming' && this.hasReply) {
      this.giveUp(StatusCode.CANCELLED, this.wrongCount('more than one reply'));
      return;
    }
    this.hasReply = true;
    this.inbox.push(reply, costBytes);
  }

  /** What has become of a message that was not sent: an error if the call has failed. */
  private outcomeOfSend(isSent: boolean): Promise<boolean> {
    if (!isSent && this.failure !== undefined) return Promise.reject(this.failure);
    return Promise.resolve(isSent);
  }
}
