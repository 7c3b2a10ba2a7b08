import type { Buffer } from 'node:buffer';
import { ByteReader } from '../wire/byte-reader';
import { Flag, FrameType, type FrameHeader } from '../wire/frame';
import { FrameDecoder, type FrameSink } from '../wire/frame-decoder';
import { STREAM_ID_MAX } from '../wire/limits';
import { readGoaway, type Hello } from '../wire/payloads';
import { ProtocolError } from '../wire/protocol-error';
import { statusFromWire } from '../wire/status-code';
import type { ConnectionInit } from './connection-init';
import { ControlFrames } from './control-frames';
import { outsideCalls } from './current-call';
import { tellClosed, tellOpened, tellViolation } from './diagnostics';
import type { Timer } from './environment';
import { FrameWatch } from './frame-watch';
import { Handshake, type HandshakeHost } from './handshake';
import { Keepalive } from './keepalive';
import { Lifetime } from './lifetime';
import { Outbox, type OutboxEvents } from './outbox';
import type { PeerIdentity } from './peer-identity';
import { ofRefusal, RpcError, StatusCode, unavailable } from './status';
import type { Stream } from './stream';
import type { StreamOwner } from './stream-host';
import { Streams } from './streams';
import type { TransportSink } from './transport';

enum State {
  /** Our side may already send calls; the peer's HELLO has not come. */
  HANDSHAKE,
  OPEN,
  /** Our half is ended or about to be; what comes is dropped. */
  CLOSING,
  CLOSED,
}

/**
 * One transport with its calls: how it begins, how it ends, and the frames of stream 0. The same
 * at both ends; what only one end does is behind `role`. docs/PROTOCOL.md §3, §14.
 */
export class Connection implements TransportSink, FrameSink, OutboxEvents, HandshakeHost {
  readonly streams: Streams;
  private readonly outbox: Outbox;
  private readonly frames: ControlFrames;
  private readonly reader = new ByteReader();
  private readonly decoder: FrameDecoder;
  private readonly frameWatch: FrameWatch;
  private readonly handshake: Handshake;
  readonly keepalive: Keepalive;
  private readonly lifetime: Lifetime;
  /** Server: the peer's name, when its credentials or certificate say one. */
  caller: string | undefined;
  private state = State.HANDSHAKE;
  /** Server: GOAWAY(0) was sent. Client: it came, or we want to go. */
  private isDraining = false;
  private drainTimer: Timer | undefined;
  private lingerTimer: Timer | undefined;
  private closeReason: RpcError | undefined;

  constructor(private readonly init: ConnectionInit) {
    const { role, transport, environment, limits, events } = init;
    this.outbox = new Outbox(transport, environment, limits.controlBytesMax, this);
    this.frames = new ControlFrames(this.outbox, init);
    this.streams = new Streams(role, limits, this.outbox, this.reader, {
      onCall: (call, reader) => events.onCall(call, reader),
      onCallEnded: () => (this.isDraining ? this.endIfIdle() : events.onRoom()),
      onRoom: () => events.onRoom(),
    });
    this.decoder = new FrameDecoder(role, this);
    this.frameWatch = new FrameWatch(environment, this.decoder, limits.frameMsMax, () => {
      this.failWith(new ProtocolError('FRAME_TIMEOUT', 'a frame was not whole in time'));
    });
    this.handshake = new Handshake(environment, limits, this);
    this.keepalive = new Keepalive(environment, limits, {
      needsPeer: () => role === 'server' || this.streams.size > 0,
      sendPing: () => this.frames.sendPing(),
      onPeerSilent: () => this.destroy(unavailable('the peer has been silent for too long')),
    });
    this.lifetime = new Lifetime(environment, limits, this.streams, () => {
      if (role === 'client') this.leave();
      else this.drain(limits.drainMsMax);
    });
  }

  /** Begin: the client speaks first. */
  start(): void {
    const { transport, role } = this.init;
    tellOpened(role, this.peer);
    this.handshake.start();
    transport.start(this);
    if (role === 'client') this.frames.sendHello();
  }

  // ---- for the channel and the server ---------------------------------------------------------

  /** The other end's address, for people. */
  get peer(): string {
    return this.init.transport.peer;
  }

  get identity(): PeerIdentity {
    return this.init.transport.identity;
  }

  /** Client: whether a new call may begin here now. */
  get hasRoom(): boolean {
    return this.state <= State.OPEN && !this.isDraining && this.streams.hasRoom;
  }

  /** Client: a stream for a new call; hasRoom must hold. */
  openStream(service: number, method: number, owner: StreamOwner): Stream {
    const stream = this.streams.open(service, method, owner);
    if (this.streams.isExhausted) this.leave();
    return stream;
  }

  /** Client: the CALL could not be sent, so the stream never was. */
  forgetStream(stream: Stream): void {
    this.streams.forget(stream);
    if (this.isDraining) this.endIfIdle();
  }

  /** Client: new calls go elsewhere; this connection ends with its last call. */
  leave(): void {
    this.isDraining = true;
    this.init.events.onDraining(undefined);
    this.endIfIdle();
    if (this.state < State.CLOSING && this.lingerTimer === undefined) this.watchLeaving();
  }

  /** Calls that we have given up are waited for a while and not for ever: the server may hang. */
  private watchLeaving(): void {
    const { environment, limits } = this.init;
    const look = () => {
      if (this.streams.hasLive()) this.watchLeaving();
      else this.endHalf();
    };
    this.lingerTimer = environment.setTimer(limits.lingerMsMax, look, true);
  }

  /**
   * Server: ask for no new calls. Those on their way are taken; the client closes when it has its
   * last END; after `drainMs` the rest gets END(UNAVAILABLE).
   */
  drain(drainMs: number): void {
    if (this.state === State.HANDSHAKE) this.destroy();
    if (this.state !== State.OPEN || this.isDraining) return;
    this.isDraining = true;
    this.frames.sendGoaway(StatusCode.OK, STREAM_ID_MAX, drainMs);
    const onLate = () => {
      this.streams.endAll(StatusCode.UNAVAILABLE, 'the server has stopped');
      this.endHalf();
    };
    this.drainTimer = this.init.environment.setTimer(drainMs, onLate, true);
  }

  /** Server: this peer is not served; say why. */
  turnAway(error: RpcError): void {
    this.init.log(`${this.peer}: refused: ${error.message}`);
    this.frames.sendGoaway(error.code, 0, 0, error.text);
    this.endHalf();
  }

  /** End at once: calls in progress are lost. */
  destroy(reason?: RpcError): void {
    this.closeReason ??= reason;
    this.decoder.stop();
    this.init.transport.destroy();
  }

  // ---- TransportSink --------------------------------------------------------------------------

  onBytes(bytes: Buffer, length: number): void {
    this.keepalive.heard();
    this.decode(length, () => this.decoder.push(bytes, length));
  }

  onDrained(): void {
    this.outbox.onDrained();
  }

  /** The peer sends no more: nobody waits for its calls, and ours have no answer. */
  onEnded(): void {
    if (this.state >= State.CLOSING) {
      this.init.transport.destroy();
      return;
    }
    this.closeReason = unavailable('the peer closed the connection');
    this.endHalf();
    this.streams.lose(this.closeReason);
  }

  onClosed(error: Error | undefined): void {
    if (this.state === State.CLOSED) return;
    const wasClosing = this.state === State.CLOSING;
    this.state = State.CLOSED;
    this.stopTimers();
    this.lingerTimer?.cancel();
    this.decoder.stop();
    this.outbox.close();
    if (!wasClosing) this.closeReason ??= unavailable('the connection was lost', error);
    this.streams.lose(this.closeReason ?? unavailable('the connection was closed'));
    tellClosed(this.init.role, this.peer, this.closeReason);
    this.init.events.onClosed(this.closeReason);
  }

  // ---- OutboxEvents ---------------------------------------------------------------------------

  onEndsSent(count: number): void {
    this.streams.onEndsSent(count);
  }

  onPeerNotReading(): void {
    // What is written until the transport has closed would tell it again and again.
    if (this.closeReason !== undefined) return;
    const { log, limits } = this.init;
    log(`${this.peer}: dropped, ${limits.controlBytesMax} bytes of control frames are unread`);
    this.destroy(unavailable('the peer does not read'));
  }

  // ---- HandshakeHost --------------------------------------------------------------------------

  admit(credentials: Uint8Array | undefined): string | undefined | Promise<string | undefined> {
    return this.init.events.admit(credentials);
  }

  answerHello(): void {
    if (this.init.role === 'server') this.frames.sendHello();
  }

  pauseReading(): void {
    this.decoder.pause();
    this.init.transport.pause();
  }

  resumeReading(): void {
    if (this.state !== State.OPEN) return;
    this.init.transport.resume();
    this.decode(0, () => this.decoder.resume());
  }

  onOpen(hello: Hello, caller: string | undefined): void {
    if (this.state !== State.HANDSHAKE) return;
    this.state = State.OPEN;
    this.caller = caller;
    this.streams.agree(hello, this.init.compressedBytesMin);
    this.keepalive.start(hello.pingIntervalMsMin);
    this.lifetime.start();
    this.init.events.onReady();
  }

  onRefused(error: RpcError): void {
    if (this.state === State.HANDSHAKE) this.turnAway(error);
  }

  onLate(): void {
    this.failWith(new ProtocolError('HANDSHAKE_TIMEOUT', 'no HELLO in time'));
  }

  // ---- FrameSink ------------------------------------------------------------------------------

  onFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    this.frameWatch.onFrame();
    const { type } = header;
    if (this.state === State.HANDSHAKE && type !== FrameType.HELLO && type !== FrameType.GOAWAY) {
      throw new ProtocolError('HELLO_MISSING', `a frame of type ${type} came before HELLO`);
    }
    switch (type as FrameType) {
      case FrameType.HELLO:
        this.handshake.onHello(this.reader.reset(bytes, start, end));
        break;
      case FrameType.PING:
        if ((header.flags & Flag.REPLY) === 0) this.frames.answerPing(bytes.subarray(start, end));
        break;
      case FrameType.GOAWAY:
        this.onGoaway(header, bytes, start, end);
        break;
      default:
        this.streams.onFrame(header, bytes, start, end);
    }
  }

  roomFor(header: FrameHeader): Buffer | undefined {
    return this.streams.roomFor(header);
  }

  private onGoaway(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    const { lastStream, options } = readGoaway(this.reader.reset(bytes, start, end));
    if (header.code === 0) {
      if (this.init.role === 'client') this.leave();
      return;
    }
    const text = options.text ?? 'the peer ended the connection';
    const reason = new RpcError(statusFromWire(header.code), text, { isLocal: false });
    this.closeReason = reason;
    // First: a call that goes again must not come back here.
    this.endHalf();
    this.streams.lose(unavailable(text, reason), lastStream, ofRefusal(reason));
  }

  // ---- beginning and end ----------------------------------------------------------------------

  /** Decode, and send what that makes us send in one write. */
  private decode(length: number, push: () => void): void {
    this.outbox.hold(length);
    try {
      outsideCalls(push);
      this.frameWatch.check();
    } catch (error) {
      if (!(error instanceof ProtocolError)) {
        // A mistake of ours, or of a callback: the frames behind it are lost, and so are the calls.
        this.destroy(unavailable('the connection failed by an error of this program', error));
        throw error;
      }
      this.failWith(error);
    } finally {
      this.reader.release();
      this.outbox.release();
    }
  }

  /** The peer broke a rule: tell it which, and end. A peer that speaks no Fio is told nothing. */
  private failWith(error: ProtocolError): void {
    if (this.state >= State.CLOSING) return;
    this.init.log(`${this.peer}: ${error.message}`);
    tellViolation(this.init.role, this.peer, error.violation, error.message);
    this.closeReason = new RpcError(error.status, error.message, { cause: error });
    const lost = unavailable(`the connection was ended: ${error.message}`, error);
    if (error.violation === 'PREFACE_MISMATCH') {
      this.streams.lose(lost);
      this.init.transport.destroy();
      return;
    }
    this.frames.sendGoaway(error.status, Math.max(this.streams.lastId, 0), 0, error.message);
    this.endHalf();
    this.streams.lose(lost);
  }

  private endIfIdle(): void {
    if (this.streams.size === 0) this.endHalf();
  }

  /** Send what is there, end our half, drop what comes; destroyed when the peer has had its time. */
  private endHalf(): void {
    if (this.state >= State.CLOSING) return;
    this.state = State.CLOSING;
    this.init.events.onDraining(this.closeReason);
    this.stopTimers();
    this.lingerTimer?.cancel();
    this.decoder.stop();
    const { environment, limits, transport } = this.init;
    this.lingerTimer = environment.setTimer(limits.lingerMsMax, () => transport.destroy(), true);
    transport.resume();
    this.outbox.finish();
  }

  private stopTimers(): void {
    this.keepalive.stop();
    this.lifetime.stop();
    this.handshake.stop();
    this.drainTimer?.cancel();
    this.frameWatch.stop();
  }
}
