import { Buffer } from 'node:buffer';
import type { ByteReader } from '../wire/byte-reader';
import type { ByteWriter } from '../wire/byte-writer';
import type { MessageCodec } from '../wire/codec';
import { Flag, FrameType, type Role } from '../wire/frame';
import { fragmentLength, MessageAssembly } from '../wire/fragments';
import { beginFrame, endFrame, payloadLength } from '../wire/frame-encoder';
import { FRAME_BYTES_MAX, type Limits } from '../wire/limits';
import { writeOptions, type FrameOptions } from '../wire/options';
import { writeCallHead, writeCancel, writeCredit, writeEnd } from '../wire/payloads';
import { ProtocolError } from '../wire/protocol-error';
import type { DataSource, Outbox } from './outbox';
import { RpcError, StatusCode } from './status';
import { frameCost, ReceiveWindow, SendWindow } from './window';

/** The call behind a stream, at either end. What is given as bytes is valid during the call only. */
export interface StreamOwner {
  /** A message has come whole. */
  onMessage(bytes: Buffer, start: number, end: number): void;
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
  /** Longest message that the peer takes. */
  readonly peerMessageBytesMax: number;
  /** The server has written END. */
  onStreamEnded(stream: Stream): void;
}

/**
 * One call's two directions on a connection, the same at both ends (docs/PROTOCOL.md §8). It knows
 * frames, fragments and credit; it knows nothing of promises or handlers: those are its owner's.
 * Windows, queues and assemblies are made when the first DATA needs them: a short unary call has
 * none.
 */
export class Stream implements DataSource {
  /** Set right after construction, before anything can come. */
  owner!: StreamOwner;
  /** The server's END has been written or has come. */
  isEnded = false;
  /** The client has cancelled: what still comes is dropped until END. */
  isCancelled = false;
  private isPeerDone = false;
  private hasMeta = false;
  private sendWindow: SendWindow | undefined;
  private receiveWindow: ReceiveWindow | undefined;
  private assembly: MessageAssembly | undefined;
  /** Whole messages that wait for credit and socket; the first one's bytes before `sent` are gone. */
  private queue: Buffer[] = EMPTY_QUEUE;
  private sent = 0;
  private lastFollows = false;
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
    let messageStart;
    try {
      writeCallHead(writer, timeoutMs, options);
      messageStart = writer.offset;
      codec.encode(writer, message);
      this.checkLength(writer.offset - messageStart);
    } catch (error) {
      writer.rewind(start);
      throw error;
    }
    if (payloadLength(writer, start) <= FRAME_BYTES_MAX) {
      this.endFrame(writer, start, FrameType.CALL, Flag.LAST | Flag.MSG);
      return;
    }
    this.lastFollows = true;
    const bytes = cutOff(writer, messageStart);
    this.endFrame(writer, start, FrameType.CALL, 0);
    this.enqueue(bytes);
  }

  /**
   * Server: END with a result; DATA before it when it does not fit.
   * @throws as sendCall()
   */
  sendResult<T>(options: Readonly<FrameOptions>, codec: MessageCodec<T>, message: T): void {
    const writer = this.host.outbox.open();
    const start = beginFrame(writer);
    let messageStart;
    try {
      writeOptions(writer, options);
      messageStart = writer.offset;
      codec.encode(writer, message);
      this.checkLength(writer.offset - messageStart);
    } catch (error) {
      writer.rewind(start);
      throw error;
    }
    if (payloadLength(writer, start) <= FRAME_BYTES_MAX) {
      this.endFrame(writer, start, FrameType.END, Flag.MSG);
      this.ended();
      return;
    }
    this.endFollows = options;
    const bytes = cutOff(writer, messageStart);
    writer.rewind(start);
    this.enqueue(bytes);
  }

  /** Server: END with an error, in place of whatever was to be sent. */
  sendError(code: StatusCode, options: Readonly<FrameOptions>, flags = 0): void {
    this.dropQueue();
    this.host.outbox.control((writer) => {
      writeEnd(writer, this.id, this.service, this.method, code, flags, options);
    });
    this.ended();
  }

  /** Client: ask for END; what still comes is dropped. A second time does nothing. */
  cancel(code: StatusCode, text?: string): void {
    if (this.isEnded || this.isCancelled) return;
    this.isCancelled = true;
    this.dropQueue();
    this.assembly = undefined;
    this.host.outbox.control((writer) => {
      writeCancel(writer, this.id, this.service, this.method, code, text);
    });
  }

  /** The peer lets us send more. @throws ProtocolError */
  grant(creditBytes: number): void {
    (this.sendWindow ??= new SendWindow()).grant(creditBytes);
    if (this.queue.length > 0) this.host.outbox.enqueue(this);
  }

  /** The outbox's turn: one frame of DATA, and what follows the last. */
  writeFrame(writer: ByteWriter): boolean {
    const message = this.queue[0];
    if (message === undefined) return false;
    const length = fragmentLength(message.length, this.sent);
    if (!(this.sendWindow ??= new SendWindow()).spend(length)) return false;
    const begins = this.sent === 0;
    const start = beginFrame(writer);
    writer.raw(message.subarray(this.sent, this.sent + length));
    this.sent += length;
    const isWhole = this.sent === message.length;
    if (isWhole) {
      this.queue.shift();
      this.sent = 0;
    }
    const isLast = isWhole && this.lastFollows && this.queue.length === 0;
    const flags =
      (begins ? Flag.MSG : 0) |
      (isWhole ? 0 : Flag.MORE) |
      (isLast ? Flag.LAST : 0) |
      (this.host.role === 'server' ? Flag.REPLY : 0);
    this.endFrame(writer, start, FrameType.DATA, flags);
    if (this.queue.length > 0) return true;
    if (this.endFollows !== undefined) {
      writeEnd(writer, this.id, this.service, this.method, StatusCode.OK, 0, this.endFollows);
      this.ended();
    }
    return false;
  }

  // ---- receiving ----------------------------------------------------------------------------

  /** A CALL or END carries its whole message: false when it is longer than we take. */
  takes(messageBytes: number): boolean {
    return messageBytes <= this.host.limits.messageBytesMax;
  }

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
    const length = end - start;
    (this.receiveWindow ??= new ReceiveWindow()).receive(length);
    if ((flags & Flag.LAST) !== 0) this.isPeerDone = true;
    if (this.isCancelled) return;
    try {
      this.receiveFragment(flags, bytes, start, end);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.scope === 'connection') throw error;
      this.assembly = undefined;
      this.owner.onBadMessage(error);
      return;
    }
    if (this.isPeerDone) this.owner.onHalfClosed();
    else this.earn(frameCost(length));
  }

  /** META. @throws ProtocolError when it comes again or after DATA */
  receiveMeta(options: Readonly<FrameOptions>): void {
    if (this.hasMeta || this.receiveWindow !== undefined) {
      throw new ProtocolError('META_REPEATED', `a second or late META on stream ${this.id}`);
    }
    this.hasMeta = true;
    if (!this.isCancelled) this.owner.onMeta(options);
  }

  private receiveFragment(flags: number, bytes: Buffer, start: number, end: number): void {
    const hasMore = (flags & Flag.MORE) !== 0;
    const isEmpty = start === end;
    if (hasMore && isEmpty) this.refuse('FRAGMENT_EMPTY', 'an empty fragment with MORE');
    if ((flags & Flag.MSG) !== 0) {
      if (this.assembly !== undefined) {
        this.refuse('FRAGMENT_MISSING', 'a message begins inside another');
      }
      if (!hasMore) {
        this.checkTaken(end - start);
        this.owner.onMessage(bytes, start, end);
        return;
      }
      this.assembly = new MessageAssembly(this.host.limits.messageBytesMax);
    } else if (this.assembly === undefined) {
      const isLastAlone = (flags & Flag.LAST) !== 0 && isEmpty;
      if (!isLastAlone) this.refuse('FRAGMENT_UNEXPECTED', 'a fragment of no message');
      return;
    } else if (isEmpty) {
      this.refuse('FRAGMENT_MISSING', 'the message ends before its last fragment');
    }
    this.assembly.add(bytes, start, end);
    if (hasMore) return;
    const whole = this.assembly.take();
    this.assembly = undefined;
    this.owner.onMessage(whole, 0, whole.length);
  }

  private refuse(
    violation: 'FRAGMENT_EMPTY' | 'FRAGMENT_MISSING' | 'FRAGMENT_UNEXPECTED',
    detail: string,
  ): never {
    throw new ProtocolError(violation, `${detail} on stream ${this.id}`);
  }

  /** So much of what came is taken: give credit back when enough has gathered. */
  private earn(costBytes: number): void {
    if (this.isEnded || this.receiveWindow === undefined) return;
    const creditBytes = this.receiveWindow.earn(costBytes);
    if (creditBytes === 0) return;
    this.host.outbox.control((writer) => {
      writeCredit(writer, this.id, this.service, this.method, creditBytes);
    });
  }

  // ---- both ---------------------------------------------------------------------------------

  private checkTaken(messageBytes: number): void {
    if (this.takes(messageBytes)) return;
    throw new ProtocolError(
      'MESSAGE_TOO_LONG',
      `a message of ${messageBytes} bytes; at most ${this.host.limits.messageBytesMax} are taken`,
    );
  }

  /** The sender refuses too: the peer's limit is known before anything is sent. */
  private checkLength(messageBytes: number): void {
    const bytesMax = this.host.peerMessageBytesMax;
    if (messageBytes <= bytesMax) return;
    throw new RpcError(
      StatusCode.RESOURCE_EXHAUSTED,
      `the message has ${messageBytes} bytes; the peer takes at most ${bytesMax}`,
      { mayHaveActed: false },
    );
  }

  private endFrame(writer: ByteWriter, start: number, type: FrameType, flags: number): void {
    endFrame(writer, start, this.id, type, flags, 0, this.service, this.method);
  }

  private enqueue(message: Buffer): void {
    if (this.queue === EMPTY_QUEUE) this.queue = [];
    this.queue.push(message);
    this.host.outbox.enqueue(this);
  }

  private dropQueue(): void {
    if (this.queue.length === 0) return;
    this.queue = EMPTY_QUEUE;
    this.sent = 0;
    this.endFollows = undefined;
    this.host.outbox.dequeue(this);
  }

  private ended(): void {
    this.isEnded = true;
    this.host.onStreamEnded(this);
  }
}

/** What every stream has until it has something to queue; never written to. */
const EMPTY_QUEUE: Buffer[] = [];

/** Take what was written from `from` on out of the writer. */
function cutOff(writer: ByteWriter, from: number): Buffer {
  const bytes = Buffer.from(writer.buffer.subarray(from, writer.offset));
  writer.rewind(from);
  return bytes;
}
