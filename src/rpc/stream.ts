import type { Buffer } from 'node:buffer';
import type { ByteReader } from '../wire/byte-reader';
import type { ByteWriter } from '../wire/byte-writer';
import type { MessageCodec } from '../wire/codec';
import { inflateMessage } from '../wire/compression';
import { Flag, FrameType, HEADER_SIZE } from '../wire/frame';
import { beginFrame, endFrame, payloadLength } from '../wire/frame-encoder';
import { writeOptions, type FrameOptions } from '../wire/options';
import { writeCallHead, writeCancel, writeCredit, writeEnd, writeMeta } from '../wire/payloads';
import { ProtocolError } from '../wire/protocol-error';
import type { HeldBytes } from './held-bytes';
import { cutOff, encodeApart, encodeMessage, takeOverflow } from './message-encoding';
import type { LooseMessage } from './message-encoding';
import { MessageReceiver, type ReceiverHost } from './message-receiver';
import type { MessageRoom } from './message-room';
import { MessageSender, type SenderHost } from './message-sender';
import type { Outbox } from './outbox';
import { StatusCode } from './status';
import type { StreamHost, StreamOwner } from './stream-host';
import { UnreadMessages } from './unread-messages';

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
  isGivenUp = false;
  /** Our half sends nothing more. */
  private isHalfClosed = false;
  private isPeerDone = false;
  private hasMeta = false;
  private hasSentData = false;
  private unread: UnreadMessages | undefined;
  private sender: MessageSender | undefined;
  private receiver: MessageReceiver | undefined;
  /** Server: END(0) with these follows what is queued. */
  private endFollows: Readonly<FrameOptions> | undefined;

  constructor(
    private readonly host: StreamHost<Stream>,
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
    writeCallHead(writer, timeoutMs, options);
    const messageStart = writer.offset;
    const flags = encodeMessage(writer, codec, message, this.host);
    const overflow = takeOverflow(writer, start, messageStart);
    if (overflow !== undefined) this.sending().enqueue(overflow, flags);
    this.isHalfClosed = true;
    this.sender?.closeHalf();
    this.endFrame(writer, start, FrameType.CALL, overflow === undefined ? flags | Flag.LAST : 0);
    this.host.outbox.callWritten();
  }

  /** Client: CALL without a message; those follow as DATA. */
  openCall(timeoutMs: number, options: Readonly<FrameOptions>): void {
    const writer = this.host.outbox.open();
    const start = beginFrame(writer);
    writeCallHead(writer, timeoutMs, options);
    this.endFrame(writer, start, FrameType.CALL, 0);
  }

  /**
   * Send one message of several, as DATA.
   * @returns true when it went at once; false when the call has ended and nothing is sent any
   * more; else a promise of the one or the other, which waits for credit and for the socket
   * @throws as sendCall(); RpcError RESOURCE_EXHAUSTED too when too much waits unsent
   */
  send<T>(codec: MessageCodec<T>, message: T): boolean | Promise<boolean> {
    if (this.isEnded || this.isGivenUp || this.isHalfClosed) return false;
    this.hasSentData = true;
    const sender = this.sending();
    const { outbox } = this.host;
    if (sender.isIdle && outbox.takesData) {
      const writer = outbox.open();
      const start = beginFrame(writer);
      const flags = encodeMessage(writer, codec, message, this.host);
      let overflow = takeOverflow(writer, start, start + HEADER_SIZE);
      if (overflow === undefined && sender.window.spend(payloadLength(writer, start))) {
        this.endFrame(writer, start, FrameType.DATA, flags | this.replyFlag);
        return true;
      }
      overflow ??= cutOff(writer, start + HEADER_SIZE);
      return enqueued(sender, overflow, flags);
    }
    const { message: loose, flags } = encodeApart(codec, message, this.host);
    return enqueued(sender, loose, flags);
  }

  /** Client: no more messages. */
  halfClose(): void {
    if (this.isEnded || this.isGivenUp || this.isHalfClosed) return;
    this.isHalfClosed = true;
    this.sending().closeHalf();
  }

  /**
   * Server: END with a result; DATA before it when it does not fit, or has to wait.
   * @returns 0, or so many bytes that there is no room for now: nothing was sent, and it is to be
   * tried again when held.whenRoom() says so
   * @throws as sendCall()
   */
  sendResult<T>(options: Readonly<FrameOptions>, codec: MessageCodec<T>, message: T): number {
    const writer = this.host.outbox.open();
    const start = beginFrame(writer);
    writeOptions(writer, options);
    const messageStart = writer.offset;
    const flags = encodeMessage(writer, codec, message, this.host);
    const overflow = this.outbox.isBacklogged
      ? cutOff(writer, messageStart)
      : takeOverflow(writer, start, messageStart);
    if (overflow === undefined) {
      this.endFrame(writer, start, FrameType.END, flags);
      this.ended();
      return 0;
    }
    if (!this.sending().tryEnqueue(overflow, flags)) return overflow.end - overflow.start;
    this.endFollows = options;
    return 0;
  }

  /** Server: END(0) behind all that was sent. */
  sendEnd(options: Readonly<FrameOptions>): void {
    this.isHalfClosed = true;
    if (this.sender?.isIdle === false) this.endFollows = options;
    else this.writeEnd(StatusCode.OK, options, 0);
  }

  /** Server: END with an error, and the detail of a typed one, in place of whatever was to be sent. */
  sendError(code: StatusCode, options: Readonly<FrameOptions>, flags = 0, detail?: Buffer): void {
    this.endFollows = undefined;
    this.sender?.drop();
    this.writeEnd(code, options, detail === undefined ? flags : flags | Flag.MSG, detail);
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
    if (this.isEnded || this.isGivenUp) return;
    this.isGivenUp = true;
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

  // ---- receiving ----------------------------------------------------------------------------

  /** Server: whether the client's LAST has come. */
  get isPeerHalfClosed(): boolean {
    return this.isPeerDone;
  }

  /** Server: the CALL had LAST. */
  closePeerHalf(): void {
    this.isPeerDone = true;
  }

  /**
   * The message that a CALL or END carries; `reader` is at it.
   * @throws ProtocolError that ends the call
   */
  decode<T>(codec: Pick<MessageCodec<T>, 'decode'>, reader: ByteReader, flags: number): T {
    const { messageBytesMax } = this;
    const length = reader.end - reader.offset;
    if (length > messageBytesMax) {
      throw new ProtocolError('MESSAGE_TOO_LONG', `a message of ${length} bytes`);
    }
    if ((flags & Flag.COMPRESSED) !== 0) {
      const { buffer, offset, end } = reader;
      const message = inflateMessage(buffer, offset, end, messageBytesMax);
      reader.reset(message, 0, message.length, true);
    }
    return codec.decode(reader);
  }

  /** Where to put the payload of a DATA frame that is cut; undefined: it does not matter. */
  roomFor(flags: number, length: number): Buffer | undefined {
    if (this.isPeerDone || this.isGivenUp) return undefined;
    this.receiver ??= new MessageReceiver(this);
    return this.receiver.roomFor(flags, length);
  }

  /** A DATA frame. @throws ProtocolError that ends the connection */
  receiveData(flags: number, bytes: Buffer, start: number, end: number): void {
    if (this.isPeerDone) {
      throw new ProtocolError('STREAM_HALF_CLOSED', `DATA after LAST on stream ${this.id}`);
    }
    if ((flags & Flag.LAST) !== 0) this.isPeerDone = true;
    // Nobody gives credit to a call that was cancelled, so what still comes is bounded.
    if (this.isGivenUp) return;
    this.receiver ??= new MessageReceiver(this);
    try {
      this.receiver.receive(flags, bytes, start, end);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.scope === 'connection') throw error;
      this.receiver.drop();
      this.owner.onBadMessage(error);
      // The rest of it may be on its way; a handler that runs holds the stream open meanwhile.
      this.isGivenUp = true;
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
    if (!this.isGivenUp) this.owner.onMeta(options);
  }

  /** The application has taken a message that cost so much. */
  earn(costBytes: number): void {
    // What came in the CALL or END itself was free.
    if (this.isEnded || costBytes === 0) return;
    this.unread?.take(costBytes);
    if (!this.isPeerDone && !this.isGivenUp) this.receiver?.earn(costBytes);
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
    this.unread?.drop();
  }

  // ---- ReceiverHost, SenderHost ---------------------------------------------------------------

  get held(): HeldBytes {
    return this.host.held;
  }

  get room(): MessageRoom {
    return this.host.room;
  }

  get outbox(): Outbox {
    return this.host.outbox;
  }

  get messageBytesMax(): number {
    return this.host.limits.messageBytesMax;
  }

  get peerMessageBytesMax(): number {
    return this.host.peerMessageBytesMax;
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

  onMessage(
    bytes: Buffer,
    start: number,
    end: number,
    costBytes: number,
    isCompressed: boolean,
    isOwned: boolean,
  ): void {
    const { held, reader } = this.host;
    this.unread ??= new UnreadMessages(held);
    if (!isCompressed) {
      this.unread.add(costBytes, 0);
      this.owner.onMessage(reader.reset(bytes, start, end, isOwned), costBytes);
      return;
    }
    const message = inflateMessage(bytes, start, end, this.messageBytesMax);
    this.unread.add(costBytes, message.length);
    this.owner.onMessage(reader.reset(message, 0, message.length, true), costBytes);
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
    if (this.endFollows === undefined) return;
    this.writeEnd(StatusCode.OK, this.endFollows, 0);
    this.owner.onEndWritten();
  }

  // ---- helpers --------------------------------------------------------------------------------

  private get replyFlag(): number {
    return this.host.role === 'server' ? Flag.REPLY : 0;
  }

  private sending(): MessageSender {
    return (this.sender ??= new MessageSender(this));
  }

  private endFrame(writer: ByteWriter, start: number, type: FrameType, flags: number): void {
    endFrame(writer, start, this.id, type, flags, 0, this.service, this.method);
    this.host.outbox.commit();
  }

  private writeEnd(code: StatusCode, options: FrameOptions, flags: number, detail?: Buffer): void {
    this.host.outbox.control((writer) => {
      writeEnd(writer, this.id, this.service, this.method, code, flags, options, detail);
    });
    this.ended();
  }

  private ended(): void {
    this.finish();
    this.host.onStreamEnded(this);
  }
}

function enqueued(sender: MessageSender, message: LooseMessage, flags: number): Promise<boolean> {
  return new Promise((resolve) => {
    sender.enqueue(message, flags, resolve);
  });
}
