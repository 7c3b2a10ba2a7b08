import type { Buffer } from 'node:buffer';
import { ByteReader } from '../wire/byte-reader';
import { Flag, FrameType, type FrameHeader, type Role } from '../wire/frame';
import { FrameDecoder, type FrameSink } from '../wire/frame-decoder';
import { STREAM_ID_MAX, type Limits } from '../wire/limits';
import { readOptions, type FrameOptions } from '../wire/options';
import {
  readGoaway,
  readHello,
  readTimeoutMs,
  writeGoaway,
  writeHello,
  writePing,
  type Hello,
} from '../wire/payloads';
import { PREFACE } from '../wire/preface';
import { ProtocolError } from '../wire/protocol-error';
import { statusFromWire } from '../wire/status-code';
import type { Environment, Timer } from './environment';
import { agreeOnVersion, ASSUMED_HELLO, ownHello } from './handshake';
import { Outbox, type OutboxEvents } from './outbox';
import { PingGuard } from './ping-guard';
import { RpcError, StatusCode } from './status';
import { Stream, type StreamHost, type StreamOwner } from './stream';
import { StreamTable } from './stream-table';
import type { Transport, TransportSink } from './transport';

/** A CALL as the server's end sees it; `reader` is at the message. */
export interface IncomingCall {
  readonly stream: Stream;
  readonly timeoutMs: number;
  readonly options: Readonly<FrameOptions>;
  readonly flags: number;
}

/** Who uses the connection: a channel, or a server. */
export interface ConnectionEvents {
  /** The peer's HELLO has been read. */
  onReady(): void;
  /** Server: who takes this call? The owner is asked for the message right after. */
  onCall(call: IncomingCall, reader: ByteReader): void;
  /** Client: no new calls here; may come more than once. */
  onDraining(): void;
  /** Client: slots have become free. */
  onRoom(): void;
  /** The last event. `error` says why when it was not we who closed it. */
  onClosed(error: RpcError | undefined): void;
}

export interface ConnectionInit {
  readonly role: Role;
  readonly transport: Transport;
  readonly environment: Environment;
  readonly limits: Limits;
  readonly events: ConnectionEvents;
  readonly log: (line: string) => void;
}

enum State {
  /** Our side may already send calls; the peer's HELLO has not come. */
  HANDSHAKE,
  OPEN,
  /** Our half is ended or about to be; what comes is dropped. */
  CLOSING,
  CLOSED,
}

/**
 * One transport with its streams: bytes to frames to streams, and streams to bytes. The same at
 * both ends; what only one end does is behind `role`. docs/PROTOCOL.md §3, §8, §14.
 */
export class Connection implements TransportSink, FrameSink, StreamHost, OutboxEvents {
  readonly role: Role;
  readonly limits: Limits;
  readonly outbox: Outbox;
  /** Server: GOAWAY(0) was sent. Client: it came. */
  isDraining = false;
  private state = State.HANDSHAKE;
  private peerHello: Hello = ASSUMED_HELLO;
  private prefaceSent = false;
  private lastStreamId = -1;
  private endsUnsent = 0;
  private readonly streams = new StreamTable();
  private readonly reader = new ByteReader();
  private readonly decoder: FrameDecoder;
  private readonly pings: PingGuard;
  private readonly transport: Transport;
  private readonly environment: Environment;
  private readonly events: ConnectionEvents;
  private readonly log: (line: string) => void;
  private handshakeTimer: Timer | undefined;
  private frameTimer: Timer | undefined;
  private drainTimer: Timer | undefined;
  private lingerTimer: Timer | undefined;
  private framesBegun = 0;
  private closeReason: RpcError | undefined;

  constructor(init: ConnectionInit) {
    this.role = init.role;
    this.limits = init.limits;
    this.transport = init.transport;
    this.environment = init.environment;
    this.events = init.events;
    this.log = init.log;
    this.outbox = new Outbox(init.transport, init.environment, init.limits.controlBytesMax, this);
    this.decoder = new FrameDecoder(init.role, this);
    this.pings = new PingGuard(init.limits.pingIntervalMsMin, init.limits.pingStrikesMax);
  }

  /** Begin: the client speaks first. */
  start(): void {
    this.handshakeTimer = this.environment.setTimer(this.limits.handshakeMsMax, () => {
      const limit = `no HELLO within ${this.limits.handshakeMsMax} ms`;
      this.fail(new ProtocolError('HANDSHAKE_TIMEOUT', limit));
    });
    this.transport.start(this);
    if (this.role === 'client') this.sendHello();
  }

  // ---- for the channel and the server ---------------------------------------------------------

  get peer(): string {
    return this.transport.peer;
  }

  get peerMessageBytesMax(): number {
    return this.peerHello.messageBytesMax;
  }

  get openStreams(): number {
    return this.streams.size;
  }

  /** Client: whether a new call may begin here now. */
  get hasRoom(): boolean {
    return (
      this.state <= State.OPEN &&
      !this.isDraining &&
      this.streams.size < this.peerHello.streamsMax &&
      this.lastStreamId < STREAM_ID_MAX
    );
  }

  /** Client: a stream for a new call; hasRoom must hold. */
  openStream(service: number, method: number, owner: StreamOwner): Stream {
    this.lastStreamId += 2;
    const stream = new Stream(this, this.lastStreamId, service, method);
    stream.owner = owner;
    this.streams.add(stream);
    if (this.lastStreamId >= STREAM_ID_MAX) this.leave();
    return stream;
  }

  /** Client: the CALL could not be sent, so the stream never was. */
  forgetStream(stream: Stream): void {
    this.streams.take(stream.id);
  }

  /** Client: end the connection when its last call has ended; new ones go elsewhere. */
  closeWhenIdle(): void {
    this.isDraining = true;
    this.endIfIdle();
  }

  /** Client: new calls need another connection; this one ends with its last call. */
  private leave(): void {
    this.events.onDraining();
    this.closeWhenIdle();
  }

  /**
   * Server: ask for no new calls. Those on their way are taken; the client closes when it has its
   * last END; after `drainMs` the rest gets END(UNAVAILABLE).
   */
  drain(drainMs: number): void {
    if (this.state === State.HANDSHAKE) {
      this.transport.destroy();
      return;
    }
    if (this.state !== State.OPEN || this.isDraining) return;
    this.isDraining = true;
    this.sendGoaway(StatusCode.OK, STREAM_ID_MAX, drainMs, undefined);
    this.drainTimer = this.environment.setTimer(
      drainMs,
      () => {
        for (const stream of this.streams.all()) {
          stream.owner.onCancel(StatusCode.UNAVAILABLE, 'the server has stopped');
          if (!stream.isEnded) {
            stream.sendError(StatusCode.UNAVAILABLE, { text: 'the server has stopped' });
          }
        }
        this.endHalf();
      },
      true,
    );
  }

  /** End at once: calls in progress are lost. */
  destroy(reason?: RpcError): void {
    this.closeReason ??= reason;
    this.transport.destroy();
  }

  // ---- TransportSink --------------------------------------------------------------------------

  onBytes(bytes: Buffer, length: number): void {
    this.outbox.hold();
    try {
      this.decoder.push(bytes, length);
      this.watchFrame();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.fail(error);
    } finally {
      this.reader.release();
      this.outbox.release();
    }
  }

  onDrained(): void {
    this.outbox.onDrained();
  }

  /** The peer sends no more: nobody waits for its calls, and ours have no answer. */
  onEnded(): void {
    if (this.state === State.CLOSING) {
      this.transport.destroy();
      return;
    }
    this.loseStreams(lost('the peer closed the connection'));
    this.endHalf();
  }

  onClosed(error: Error | undefined): void {
    if (this.state === State.CLOSED) return;
    const wasClosing = this.state === State.CLOSING;
    this.state = State.CLOSED;
    this.cancelTimers();
    this.decoder.stop();
    this.outbox.close();
    const reason =
      this.closeReason ??
      (error === undefined && wasClosing ? undefined : lost('the connection was lost', error));
    this.loseStreams(reason ?? lost('the connection was closed'));
    this.events.onClosed(reason);
  }

  // ---- OutboxEvents ---------------------------------------------------------------------------

  onEndsSent(count: number): void {
    this.endsUnsent -= count;
  }

  onPeerNotReading(): void {
    this.log(`${this.peer} leaves ${this.limits.controlBytesMax} bytes unread: connection dropped`);
    this.destroy(lost('the peer does not read'));
  }

  // ---- StreamHost -----------------------------------------------------------------------------

  onStreamEnded(stream: Stream): void {
    this.streams.take(stream.id);
    this.endsUnsent++;
    this.outbox.endWritten();
  }

  // ---- FrameSink ------------------------------------------------------------------------------

  onPreface(): void {
    // The answer to it goes with our HELLO.
  }

  onFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    this.framesBegun++;
    if (this.state === State.HANDSHAKE && !this.mayComeFirst(header.type)) {
      throw new ProtocolError('HELLO_MISSING', `frame type ${header.type} came before HELLO`);
    }
    switch (header.type) {
      case FrameType.CALL:
        return this.onCallFrame(header, bytes, start, end);
      case FrameType.END:
        return this.onEndFrame(header, bytes, start, end);
      case FrameType.DATA:
        return this.onDataFrame(header, bytes, start, end);
      case FrameType.CREDIT:
        this.find(header)?.grant(this.reader.reset(bytes, start, end).u32());
        return;
      case FrameType.CANCEL:
        return this.onCancelFrame(header, bytes, start, end);
      case FrameType.META:
        this.find(header)?.receiveMeta(readOptions(this.reader.reset(bytes, start, end)));
        return;
      case FrameType.HELLO:
        return this.onHelloFrame(bytes, start, end);
      case FrameType.PING:
        return this.onPingFrame(header, bytes, start, end);
      case FrameType.GOAWAY:
        return this.onGoawayFrame(header, bytes, start, end);
      default:
        return;
    }
  }

  private mayComeFirst(type: number): boolean {
    return type === FrameType.HELLO || type === FrameType.GOAWAY;
  }

  private onCallFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    const { stream: id, service, method, flags } = header;
    if (id <= this.lastStreamId) {
      throw new ProtocolError('STREAM_ID_REUSED', `stream ${id} after ${this.lastStreamId}`);
    }
    this.refuseCompressed(flags);
    this.lastStreamId = id;
    const reader = this.reader.reset(bytes, start, end);
    const timeoutMs = readTimeoutMs(reader);
    const options = readOptions(reader);
    const stream = new Stream(this, id, service, method);
    if (this.streams.size + this.endsUnsent >= this.limits.streamsMax) {
      this.streams.add(stream);
      const text = `more than ${this.limits.streamsMax} calls at a time`;
      stream.sendError(StatusCode.RESOURCE_EXHAUSTED, { text }, Flag.NOT_PROCESSED);
      return;
    }
    this.streams.add(stream);
    if ((flags & Flag.LAST) !== 0) stream.closePeerHalf();
    this.events.onCall({ stream, timeoutMs, options, flags }, reader);
  }

  private onEndFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    const stream = this.find(header) as Stream;
    this.refuseCompressed(header.flags);
    this.streams.take(stream.id);
    stream.isEnded = true;
    this.outbox.dequeue(stream);
    const reader = this.reader.reset(bytes, start, end);
    const options = readOptions(reader);
    stream.owner.onEnd(statusFromWire(header.code), header.flags, options, reader);
    if (this.isDraining) this.endIfIdle();
    else this.events.onRoom();
  }

  private onDataFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    const stream = this.find(header);
    this.refuseCompressed(header.flags);
    stream?.receiveData(header.flags, bytes, start, end);
  }

  private onCancelFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    const options = readOptions(this.reader.reset(bytes, start, end));
    this.find(header)?.owner.onCancel(statusFromWire(header.code), options.text ?? '');
  }

  private onHelloFrame(bytes: Buffer, start: number, end: number): void {
    if (this.state !== State.HANDSHAKE) throw new ProtocolError('HELLO_REPEATED', 'a second HELLO');
    const hello = readHello(this.reader.reset(bytes, start, end));
    if (this.role === 'server') this.sendHello();
    agreeOnVersion(ownHello(this.limits), hello);
    this.peerHello = hello;
    this.state = State.OPEN;
    this.handshakeTimer?.cancel();
    this.events.onReady();
  }

  private onPingFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    if ((header.flags & Flag.REPLY) !== 0) return;
    this.pings.onPing(this.environment.now());
    this.outbox.control((writer) => {
      writePing(writer, bytes.subarray(start, end), true);
    });
  }

  private onGoawayFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    const { lastStream, options } = readGoaway(this.reader.reset(bytes, start, end));
    if (header.code === 0) {
      if (this.role === 'server' || this.isDraining) return;
      this.leave();
      return;
    }
    const code = statusFromWire(header.code);
    const text = options.text ?? 'the peer ended the connection';
    this.decoder.stop();
    this.closeReason = new RpcError(code, text, { isLocal: false });
    for (const stream of this.streams.all()) {
      const mayHaveActed = stream.id <= lastStream;
      this.streams.take(stream.id);
      stream.owner.onLost(
        new RpcError(StatusCode.UNAVAILABLE, text, { isLocal: false, mayHaveActed }),
      );
    }
    this.endHalf();
  }

  /**
   * The stream that a frame is for. At the server a late frame, for a call that has ended, finds
   * none and is dropped; at the client there are no late frames.
   */
  private find(header: FrameHeader): Stream | undefined {
    const stream = this.streams.get(header.stream);
    if (stream === undefined) {
      if (this.role === 'server' && header.stream <= this.lastStreamId) return undefined;
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

  private refuseCompressed(flags: number): void {
    if ((flags & Flag.COMPRESSED) === 0) return;
    throw new ProtocolError(
      'COMPRESSION_NOT_AGREED',
      'no capability for compression was agreed on',
    );
  }

  // ---- beginning and end ----------------------------------------------------------------------

  private sendHello(): void {
    this.sendPreface();
    const flags = this.role === 'server' ? Flag.REPLY : 0;
    this.outbox.control((writer) => writeHello(writer, ownHello(this.limits), flags));
  }

  private sendPreface(): void {
    if (this.prefaceSent) return;
    this.prefaceSent = true;
    this.outbox.control((writer) => writer.raw(PREFACE));
  }

  private sendGoaway(
    code: StatusCode,
    lastStream: number,
    drainMs: number,
    text: string | undefined,
  ): void {
    this.sendPreface();
    const options = text === undefined ? {} : { text };
    this.outbox.control((writer) => writeGoaway(writer, { lastStream, drainMs, options }, code));
  }

  /** The peer broke a rule: tell it which, and end. */
  private fail(error: ProtocolError): void {
    if (this.state >= State.CLOSING) return;
    this.log(`${this.peer}: ${error.message}`);
    this.decoder.stop();
    this.closeReason = new RpcError(error.status, error.message, { cause: error });
    if (error.violation === 'PREFACE_MISMATCH') {
      this.transport.destroy();
      return;
    }
    this.sendGoaway(error.status, Math.max(this.lastStreamId, 0), 0, error.message);
    this.loseStreams(
      new RpcError(StatusCode.UNAVAILABLE, `the connection was ended: ${error.message}`, {
        cause: error,
      }),
    );
    this.endHalf();
  }

  private loseStreams(error: RpcError): void {
    for (const stream of this.streams.all()) {
      this.streams.take(stream.id);
      stream.isEnded = true;
      stream.owner.onLost(error);
    }
  }

  private endIfIdle(): void {
    if (this.streams.size === 0) this.endHalf();
  }

  /** Send what is there, end our half, drop what comes; destroyed when the peer has had its time. */
  private endHalf(): void {
    if (this.state >= State.CLOSING) return;
    this.state = State.CLOSING;
    this.events.onDraining();
    this.cancelTimers();
    this.decoder.stop();
    this.lingerTimer = this.environment.setTimer(
      this.limits.lingerMsMax,
      () => this.transport.destroy(),
      true,
    );
    this.outbox.finish();
  }

  /** A frame that has begun must end in time. */
  private watchFrame(): void {
    if (this.frameTimer !== undefined || !this.decoder.isMidFrame) return;
    const begun = this.framesBegun;
    this.frameTimer = this.environment.setTimer(this.limits.frameMsMax, () => {
      this.frameTimer = undefined;
      if (this.framesBegun === begun && this.decoder.isMidFrame) {
        const limit = `a frame was not whole within ${this.limits.frameMsMax} ms`;
        this.fail(new ProtocolError('FRAME_TIMEOUT', limit));
      } else this.watchFrame();
    });
  }

  private cancelTimers(): void {
    this.handshakeTimer?.cancel();
    this.frameTimer?.cancel();
    this.drainTimer?.cancel();
    this.lingerTimer?.cancel();
    this.frameTimer = undefined;
  }
}

function lost(text: string, cause?: Error): RpcError {
  return new RpcError(StatusCode.UNAVAILABLE, text, { cause });
}
