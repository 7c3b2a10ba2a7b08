import type { Buffer } from 'node:buffer';
import type { ByteReader } from '../wire/byte-reader';
import { FIRST_IGNORABLE_TYPE, Flag, FrameType, type FrameHeader, type Role } from '../wire/frame';
import {
  ASSUMED_MESSAGE_BYTES_MAX,
  ASSUMED_STREAMS_MAX,
  STREAM_ID_MAX,
  type Limits,
} from '../wire/limits';
import { readOptions, type FrameOptions } from '../wire/options';
import { Capability, readTimeoutMs, type Hello } from '../wire/payloads';
import { ProtocolError } from '../wire/protocol-error';
import { statusFromWire } from '../wire/status-code';
import { HeldBytes, type HeldBytesHost } from './held-bytes';
import { MessageRoom } from './message-room';
import type { Outbox } from './outbox';
import { RpcError, StatusCode } from './status';
import { Stream } from './stream';
import type { StreamHost, StreamOwner } from './stream-host';
import { StreamTable } from './stream-table';

/** A CALL as the server's end sees it. */
export interface IncomingCall {
  readonly stream: Stream;
  /** 0: none. */
  readonly timeoutMs: number;
  readonly options: Readonly<FrameOptions>;
  readonly flags: number;
}

export interface StreamsEvents {
  /** Server: who takes this call? Its message, if it has one, is at the reader. */
  onCall(call: IncomingCall, reader: ByteReader): void;
  /** Client: a call has ended, its slot is free. */
  onCallEnded(): void;
  /** What is held has fallen to half the limit. */
  onRoom(): void;
}

/**
 * The calls of one connection: gives each frame of a stream to its Stream, and keeps count. The
 * slots are limited at the server by what is open and by what has ended but not yet left for the
 * socket, so a client that does not read its answers cannot start more calls either.
 */
export class Streams implements StreamHost<Stream>, HeldBytesHost {
  /** Longest message that the peer takes; from its HELLO. */
  peerMessageBytesMax = ASSUMED_MESSAGE_BYTES_MAX;
  private peerStreamsMax = ASSUMED_STREAMS_MAX;
  /** Infinity until both ends have said that they can. */
  compressedBytesMin = Infinity;
  /** Whether compressed messages may come. */
  private takesCompressed = false;
  /** Client: the last id used. Server: the last one seen. */
  lastId = -1;
  readonly held: HeldBytes;
  private endsUnsent = 0;
  private readonly table = new StreamTable();
  /** Those with a message that has begun and is not whole, the oldest first; made by the first. */
  private unfinished: Set<Stream> | undefined;
  private messageRoom: MessageRoom | undefined;

  constructor(
    readonly role: Role,
    readonly limits: Limits,
    readonly outbox: Outbox,
    readonly reader: ByteReader,
    private readonly events: StreamsEvents,
  ) {
    this.held = new HeldBytes(limits.heldBytesMax, this);
  }

  /** Made by the first message that comes in fragments. */
  get room(): MessageRoom {
    return (this.messageRoom ??= new MessageRoom());
  }

  onHalf(): void {
    if (this.unfinished !== undefined) {
      for (const stream of this.unfinished) stream.earnFragments();
    }
    this.events.onRoom();
  }

  /** What the peer's HELLO says of messages. */
  agree(hello: Hello, compressedBytesMin: number | undefined): void {
    // What we may not hold cannot be sent either, whatever the peer takes.
    this.peerMessageBytesMax = Math.min(hello.messageBytesMax, this.limits.heldBytesMax);
    this.peerStreamsMax = hello.streamsMax;
    if (compressedBytesMin === undefined || (hello.capabilities & Capability.DEFLATE) === 0) return;
    this.takesCompressed = true;
    this.compressedBytesMin = compressedBytesMin;
  }

  get size(): number {
    return this.table.size;
  }

  /** Client: whether the peer takes another call, and we can hold what it may bring. */
  get hasRoom(): boolean {
    return this.table.size < this.peerStreamsMax && !this.held.isOverHalf;
  }

  /** Client: ids are used up; they are never used again. */
  get isExhausted(): boolean {
    return this.lastId >= STREAM_ID_MAX;
  }

  /** Client: a stream for a new call. */
  open(service: number, method: number, owner: StreamOwner): Stream {
    this.lastId += 2;
    const stream = new Stream(this, this.lastId, service, method);
    stream.owner = owner;
    this.table.add(stream);
    return stream;
  }

  /** Client: the CALL could not be sent, so the stream never was. */
  forget(stream: Stream): void {
    this.table.take(stream.id);
  }

  /** Client: whether a call is open that its caller still waits for. */
  hasLive(): boolean {
    return this.table.all().some((stream) => !stream.isGivenUp);
  }

  /** Server: the stream's END has been written. */
  onStreamEnded(stream: Stream): void {
    this.table.take(stream.id);
    this.endsUnsent++;
    this.outbox.endWritten();
  }

  onUnfinished(stream: Stream, isUnfinished: boolean): void {
    this.unfinished ??= new Set();
    if (isUnfinished) {
      this.unfinished.add(stream);
      return;
    }
    this.unfinished.delete(stream);
    // Another is the oldest now, and may go on however much is held.
    this.oldestUnfinished?.earnFragments();
  }

  isOldestUnfinished(stream: Stream): boolean {
    return this.oldestUnfinished === stream;
  }

  private get oldestUnfinished(): Stream | undefined {
    return this.unfinished?.values().next().value;
  }

  /** Server: so many ENDs have left for the socket. */
  onEndsSent(count: number): void {
    this.endsUnsent -= count;
  }

  /**
   * The connection is over: tell every call. Those above `lastTaken` were never processed: for
   * them the reason may be another.
   */
  lose(error: RpcError, lastTaken = STREAM_ID_MAX, refused = error): void {
    for (const stream of this.table.all()) {
      this.table.take(stream.id);
      stream.finish();
      stream.owner.onLost(stream.id <= lastTaken ? error : notProcessed(refused));
    }
  }

  /** Server: the calls have had their time; tell handlers and clients. */
  endAll(code: StatusCode, text: string): void {
    for (const stream of this.table.all()) {
      stream.owner.onCancel(code, text);
      if (!stream.isEnded) stream.sendError(code, { text });
    }
  }

  /** Where to put the payload of a frame that is cut; undefined: it does not matter. */
  roomFor({ type, stream: id, flags, length }: FrameHeader): Buffer | undefined {
    if ((type as FrameType) !== FrameType.DATA) return undefined;
    return this.table.get(id)?.roomFor(flags, length);
  }

  /** A frame of a stream. @throws ProtocolError that ends the connection */
  onFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    if ((header.flags & Flag.COMPRESSED) !== 0) this.checkCompressed(header);
    const reader = this.reader.reset(bytes, start, end);
    switch (header.type as FrameType) {
      case FrameType.CALL:
        this.onCall(header, reader);
        break;
      case FrameType.END:
        this.onEnd(header, reader);
        break;
      case FrameType.DATA:
        this.find(header)?.receiveData(header.flags, bytes, start, end);
        break;
      case FrameType.CREDIT:
        this.find(header)?.grant(reader.u32());
        break;
      case FrameType.CANCEL: {
        const { text = '' } = readOptions(reader);
        this.find(header)?.owner.onCancel(statusFromWire(header.code), text);
        break;
      }
      case FrameType.META:
        this.find(header)?.receiveMeta(readOptions(reader));
        break;
      default:
        // A type that may be ignored.
        break;
    }
  }

  private checkCompressed(header: FrameHeader): void {
    if (this.takesCompressed || header.type >= FIRST_IGNORABLE_TYPE) return;
    throw new ProtocolError('COMPRESSION_NOT_AGREED', 'compression was not agreed on');
  }

  private onCall(header: FrameHeader, reader: ByteReader): void {
    const { stream: id, flags } = header;
    if (id <= this.lastId) {
      throw new ProtocolError('STREAM_ID_REUSED', `stream ${id} after ${this.lastId}`);
    }
    this.lastId = id;
    const timeoutMs = readTimeoutMs(reader);
    const options = readOptions(reader);
    const stream = new Stream(this, id, header.service, header.method);
    const isFull = this.table.size + this.endsUnsent >= this.limits.streamsMax;
    this.table.add(stream);
    if (isFull) {
      const text = `more than ${this.limits.streamsMax} calls at a time`;
      stream.sendError(StatusCode.RESOURCE_EXHAUSTED, { text }, Flag.NOT_PROCESSED);
      return;
    }
    if ((flags & Flag.LAST) !== 0) stream.closePeerHalf();
    this.events.onCall({ stream, timeoutMs, options, flags }, reader);
  }

  private onEnd(header: FrameHeader, reader: ByteReader): void {
    const stream = this.find(header);
    if (stream === undefined) return;
    const options = readOptions(reader);
    stream.finish();
    stream.owner.onEnd(statusFromWire(header.code), header.flags, options, reader);
    // Last: a call that could not take its END is lost with the connection.
    this.table.take(stream.id);
    this.events.onCallEnded();
  }

  /**
   * The stream that a frame is for. At the server a late frame, for a call that has ended, finds
   * none and is dropped; at the client there are no late frames: it waits for END.
   */
  private find(header: FrameHeader): Stream | undefined {
    const stream = this.table.get(header.stream);
    if (stream === undefined) {
      if (this.role === 'server' && header.stream <= this.lastId) return undefined;
      throw new ProtocolError('STREAM_NOT_OPEN', `stream ${header.stream} is not open`);
    }
    if (stream.service !== header.service || stream.method !== header.method) {
      throw new ProtocolError(
        'METHOD_MISMATCH',
        `stream ${header.stream} calls ${stream.service}.${stream.method}, ` +
          `not ${header.service}.${header.method}`,
      );
    }
    return stream;
  }
}

function notProcessed(error: RpcError): RpcError {
  return new RpcError(error.code, error.text, {
    cause: error.cause,
    isLocal: error.isLocal,
    mayHaveActed: false,
  });
}
