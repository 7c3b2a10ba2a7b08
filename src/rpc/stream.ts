import type { Buffer } from 'node:buffer';
import type { ByteReader } from '../wire/byte-reader';
import type { ByteWriter } from '../wire/byte-writer';
import type { MessageCodec } from '../wire/codec';
import { Flag, FrameType, HEADER_SIZE, type Role } from '../wire/frame';
import { beginFrame, endFrame, payloadLength } from '../wire/frame-encoder';
import type { Limits } from '../wire/limits';
import { writeOptions, type FrameOptions } from '../wire/options';
import { writeCallHead, writeCancel, writeCredit, writeEnd, writeMeta } from '../wire/payloads';
import { ProtocolError } from '../wire/protocol-error';
import type { HeldBytes } from './held-bytes';
import { cutOff, encodeApart, encodeInFrame } from './message-encoding';
import { MessageReceiver, type ReceiverHost } from './message-receiver';
import { MessageSender, type SenderHost } from './message-sender';
import type { Outbox } from './outbox';
import { StatusCode, type RpcError } from './status';

/** The call behind a stream, at either end. What is given as bytes is valid during the call only. */
export interface StreamOwner {
  /** Whether somebody waits for the next message now. */
  readonly wantsMessage: boolean;
  /** A message has come whole in DATA; when it is taken, `costBytes` go to stream.earn(). */
  onMessage(bytes: Buffer, start: number, end: number, costBytes: number): void;
  /** A message that cannot be taken; the call is over, the connection goes on. */
  onBadMessage(error: ProtocolError): void;
  /** At the server: the client sends no more messages. */
  onHalfClosed(): void;
  /** At the client: END. `reader` is at the result or the error's detail. */
  onEnd(code: StatusCode, flags: number, options: Readonly<FrameOptions>, reader: ByteReader): void;
  /** At the client: the server's initial metadata. */
  onMeta(options: Readonly<FrameOptions>): void;
  /** At the server: the client has given up. May come more than once. */
  onCancel(code: StatusCode, text: string): void;
  /** The connection is gone, or has refused the call. */
  onLost(error: RpcError): void;
}

/** What a stream needs of its connection. */
export interface StreamHost {
  readonly role: Role;
  readonly outbox: Outbox;
  readonly limits: Limits;
  readonly held: HeldBytes;
  /** Longest message that the peer takes. */
  readonly peerMessageBytesMax: number;
  /** The server has written END. */
  onStreamEnded(stream: Stream): void;
  /** A message of this stream has been begun and is not whole; or is no longer so. */
  onUnfinished(stream: Stream, isUnfinished: boolean): void;
  isOldestUnfinished(stream: Stream): boolean;
}

/**
 * One call's two directions on a connection, the same at both ends (docs/PROTOCOL.md §8). It knows
 * frames and credit; promises and handlers are its owner's. A half that sends or receives DATA is
 * made when the first DATA needs it: a short unary call has none.
 */
export class Stream implements ReceiverHost, SenderHost {
  /** Set right after construction, before anything can come. */
  owner!: StreamOwner;
  /** END has been written, or has come, or never will. */
  isEnded = false;
  /** Given up: by the client's CANCEL, or for a bad message. What comes until END is dropped. */
  private isCancelled = false;
  /** Our half sends nothing more. */
  private isHalfClosed = false;
  private isPeerDone = false;
  private hasMeta = false;
  private hasSentData = false;
  /** Cost of the messages that have come and were not taken. */
  private unreadBytes = 0;
  private sender: MessageSender | undefined;
  private receiver: MessageReceiver | undefined;
  /** Server: END(0) with these follows what is queued. */
  private endFollows: Readonly<FrameOptions> | undefined;

  constructor(
    private readonly host: StreamHost,
    readonly id: number,
    readonly service: number,
    readonly method: number,
  ) {}

  // ---- sending ------------------------------------------------------------------------------

  /**
   * Client: CALL with the call's only message. One that does not fit into the frame follows as
   * DATA.
   * @throws RpcError RESOURCE_EXHAUSTED when the peer does not take a message so long; RangeError
   * or TypeError when it cannot be encoded. Nothing has been sent then.
   */
  sendCall<T>(
    timeoutMs: number,
    options: Readonly<FrameOptions>,
    codec: MessageCodec<T>,
    message: T,
  ): void {
    const writer = this.host.outbox.open();
    const start = beginFrame(writer);
    let bytes: Buffer | undefined;
    try {
      writeCallHead(writer, timeoutMs, options);
      bytes = this.encode(writer, start, codec, message);
      if (bytes !== undefined) this.sending().enqueue(bytes);
    } catch (error) {
      writer.rewind(start);
      throw error;
    }
    this.isHalfClosed = true;
    this.sender?.closeHalf();
    const flags = bytes === undefined ? Flag.LAST | Flag.MSG : 0;
    this.endFrame(writer, start, FrameType.CALL, flags);
  }

  /** Client: CALL without a message; those follow as DATA. */
  openCall(timeoutMs: number, options: Readonly<FrameOptions>): void {
    const writer = this.host.outbox.open();
    const start = beginFrame(writer);
    try {
      writeCallHead(writer, timeoutMs, options);
    } catch (error) {
      writer.rewind(start);
      throw error;
    }
    this.endFrame(writer, start, FrameType.CALL, 0);
  }

  /**
   * Send one message of several, as DATA.
   * @returns true when it went at once; false when the call has ended and nothing is sent any
   * more; else a promise of the one or the other, which waits for credit and for the socket
   * @throws as sendCall(); RpcError RESOURCE_EXHAUSTED too when too much waits unsent
   */
  send<T>(codec: MessageCodec<T>, message: T): boolean | Promise<boolean> {
    if (this.isEnded || this.isCancelled || this.isHalfClosed) return false;
    this.hasSentData = true;
    const sender = this.sending();
    const { outbox } = this.host;
    if (sender.isIdle && outbox.takesData) {
      const writer = outbox.open();
      const start = beginFrame(writer);
      let bytes: Buffer | undefined;
      try {
        bytes = this.encode(writer, start, codec, message);
      } catch (error) {
        writer.rewind(start);
        throw error;
      }
      if (bytes === undefined && sender.window.spend(payloadLength(writer, start))) {
        this.endFrame(writer, start, FrameType.DATA, Flag.MSG | this.replyFlag);
        return true;
      }
      bytes ??= cutOff(writer, start + HEADER_SIZE);
      writer.rewind(start);
      return enqueued(sender, bytes);
    }
    return enqueued(sender, encodeApart(codec, message, this.host.peerMessageBytesMax));
  }

  /** Client: no more messages. */
  halfClose(): void {
    if (this.isEnded || this.isCancelled || this.isHalfClosed) return;
    this.isHalfClosed = true;
    this.sending().closeHalf();
  }

  /**
   * Server: END with a result; DATA before it when it does not fit.
   * @returns 0, or so many bytes that there is no room for now: nothing was sent, and it is to be
   * tried again when held.whenRoom() says so
   * @throws as sendCall()
   */
  sendResult<T>(options: Readonly<FrameOptions>, codec: MessageCodec<T>, message: T): number {
    const writer = this.host.outbox.open();
    const start = beginFrame(writer);
    let bytes: Buffer | undefined;
    try {
      writeOptions(writer, options);
      bytes = this.encode(writer, start, codec, message);
    } catch (error) {
      writer.rewind(start);
      throw error;
    }
    if (bytes === undefined) {
      this.endFrame(writer, start, FrameType.END, Flag.MSG);
      this.ended();
      return 0;
    }
    writer.rewind(start);
    if (!this.sending().tryEnqueue(bytes)) return bytes.length;
    this.endFollows = options;
    return 0;
  }

  /** Server: END(0) behind all that was sent. */
  sendEnd(options: Readonly<FrameOptions>): void {
    this.isHalfClosed = true;
    if (this.sender !== undefined && !this.sender.isIdle) this.endFollows = options;
    else this.writeEnd(StatusCode.OK, options, 0);
  }

  /** Server: END with an error, in place of whatever was to be sent. */
  sendError(code: StatusCode, options: Readonly<FrameOptions>, flags = 0): void {
    this.endFollows = undefined;
    this.sender?.drop();
    this.writeEnd(code, options, flags);
  }

  /** Server: nobody reads what is sent any more; END follows when the handler has ended. */
  stopSending(): void {
    this.isHalfClosed = true;
    this.sender?.drop();
  }

  /** Server: initial metadata, before the first DATA and once. */
  sendMeta(options: Readonly<FrameOptions>): void {
    if (this.isEnded || this.hasMeta || this.hasSentData) {
      throw new Error('metadata can be sent once, before the first message');
    }
    this.hasMeta = true;
    this.host.outbox.control((writer) => {
      writeMeta(writer, this.id, this.service, this.method, options);
    });
  }

  /** Client: ask for END; what still comes is dropped. A second time does nothing. */
  cancel(code: StatusCode, text?: string): void {
    if (this.isEnded || this.isCancelled) return;
    this.isCancelled = true;
    this.sender?.drop();
    this.receiver?.drop();
    this.host.outbox.control((writer) => {
      writeCancel(writer, this.id, this.service, this.method, code, text);
    });
  }

  /** CREDIT. @throws ProtocolError */
  grant(creditBytes: number): void {
    this.sending().grant(creditBytes);
  }

  /** Whether a message of so many bytes in a CALL or END is one that we take. */
  takes(messageBytes: number): boolean {
    return messageBytes <= this.host.limits.messageBytesMax;
  }

  // ---- receiving ----------------------------------------------------------------------------

  /** Server: whether the client's LAST has come. */
  get isPeerHalfClosed(): boolean {
    return this.isPeerDone;
  }

  /** Server: the CALL had LAST. */
  closePeerHalf(): void {
    this.isPeerDone = true;
  }

  /** A DATA frame. @throws ProtocolError that ends the connection */
  receiveData(flags: number, bytes: Buffer, start: number, end: number): void {
    if (this.isPeerDone) {
      throw new ProtocolError('STREAM_HALF_CLOSED', `DATA after LAST on stream ${this.id}`);
    }
    if ((flags & Flag.LAST) !== 0) this.isPeerDone = true;
    // Nobody gives credit to a call that was cancelled, so what still comes is bounded.
    if (this.isCancelled) return;
    this.receiver ??= new MessageReceiver(this);
    try {
      this.receiver.receive(flags, bytes, start, end);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.scope === 'connection') throw error;
      this.receiver.drop();
      this.owner.onBadMessage(error);
      // The rest of it may be on its way; a handler that runs holds the stream open meanwhile.
      this.isCancelled = true;
      return;
    }
    if (this.isPeerDone) this.owner.onHalfClosed();
  }

  /** META. @throws ProtocolError when it comes again or after DATA */
  receiveMeta(options: Readonly<FrameOptions>): void {
    if (this.hasMeta || this.receiver !== undefined) {
      throw new ProtocolError('META_REPEATED', `a second or late META on stream ${this.id}`);
    }
    this.hasMeta = true;
    if (!this.isCancelled) this.owner.onMeta(options);
  }

  /** The application has taken a message that cost so much. */
  earn(costBytes: number): void {
    if (this.isEnded) return;
    this.unreadBytes -= costBytes;
    this.host.held.give(costBytes);
    if (!this.isPeerDone && !this.isCancelled) this.receiver?.earn(costBytes);
  }

  /** Somebody waits for the next message now, or the connection has room again. */
  earnFragments(): void {
    this.receiver?.earnFragments();
  }

  /** Nothing comes or goes any more: END, or the connection's end. */
  finish(): void {
    this.isEnded = true;
    this.sender?.drop();
    this.receiver?.drop();
    // What has come and is unread is the application's own from here on.
    this.host.held.give(this.unreadBytes);
    this.unreadBytes = 0;
  }

  // ---- ReceiverHost, SenderHost ---------------------------------------------------------------

  get held(): HeldBytes {
    return this.host.held;
  }

  get outbox(): Outbox {
    return this.host.outbox;
  }

  get messageBytesMax(): number {
    return this.host.limits.messageBytesMax;
  }

  get wantsMessage(): boolean {
    return this.owner.wantsMessage;
  }

  get isOldestUnfinished(): boolean {
    return this.host.isOldestUnfinished(this);
  }

  onUnfinished(isUnfinished: boolean): void {
    this.host.onUnfinished(this, isUnfinished);
  }

  onMessage(bytes: Buffer, start: number, end: number, costBytes: number): void {
    if (!this.host.held.take(costBytes)) {
      throw new ProtocolError('MEMORY_EXHAUSTED', 'the connection holds too much unread');
    }
    this.unreadBytes += costBytes;
    this.owner.onMessage(bytes, start, end, costBytes);
  }

  sendCredit(creditBytes: number): void {
    if (this.isEnded || this.isPeerDone) return;
    this.host.outbox.control((writer) => {
      writeCredit(writer, this.id, this.service, this.method, creditBytes);
    });
  }

  writeData(writer: ByteWriter, flags: number, payload: Buffer): void {
    const start = beginFrame(writer);
    writer.raw(payload);
    this.endFrame(writer, start, FrameType.DATA, flags | this.replyFlag);
  }

  onQueueEmpty(): void {
    if (this.endFollows !== undefined) this.writeEnd(StatusCode.OK, this.endFollows, 0);
  }

  // ---- helpers --------------------------------------------------------------------------------

  private get replyFlag(): number {
    return this.host.role === 'server' ? Flag.REPLY : 0;
  }

  private sending(): MessageSender {
    return (this.sender ??= new MessageSender(this));
  }

  private encode<T>(
    writer: ByteWriter,
    start: number,
    codec: MessageCodec<T>,
    message: T,
  ): Buffer | undefined {
    return encodeInFrame(writer, start, codec, message, this.host.peerMessageBytesMax);
  }

  private endFrame(writer: ByteWriter, start: number, type: FrameType, flags: number): void {
    endFrame(writer, start, this.id, type, flags, 0, this.service, this.method);
  }

  private writeEnd(code: StatusCode, options: Readonly<FrameOptions>, flags: number): void {
    this.host.outbox.control((writer) => {
      writeEnd(writer, this.id, this.service, this.method, code, flags, options);
    });
    this.ended();
  }

  private ended(): void {
    this.finish();
    this.host.onStreamEnded(this);
  }
}

function enqueued(sender: MessageSender, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    sender.enqueue(bytes, resolve);
  });
}
