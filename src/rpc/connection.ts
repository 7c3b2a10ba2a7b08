import type { Buffer } from 'node:buffer';
import { ByteReader } from '../wire/byte-reader';
import { Flag, FrameType, type FrameHeader } from '../wire/frame';
import { FrameDecoder, type FrameSink } from '../wire/frame-decoder';
import { STREAM_ID_MAX } from '../wire/limits';
import { readGoaway, type Hello } from '../wire/payloads';
import { ProtocolError } from '../wire/protocol-error';
import { statusFromWire } from '../wire/status-code';
import type { ConnectionOwner, ConnectionSettings } from './connection-owner';
import { ControlFrames } from './control-frames';
import { outsideCalls } from './current-call';
import { deadlinesOf } from './deadlines';
import { tellClosed, tellOpened, tellViolation } from './diagnostics';
import type { Timer } from './environment';
import { FrameWatch } from './frame-watch';
import { Handshake, type HandshakeHost } from './handshake';
import { Keepalive, type KeepaliveHost } from './keepalive';
import { Lifetime, type LifetimeHost } from './lifetime';
import { Outbox, type OutboxEvents } from './outbox';
import type { PeerIdentity } from './peer-identity';
import { ofRefusal, RpcError, StatusCode, unavailable } from './status';
import type { Stream } from './stream';
import type { StreamOwner } from './stream-host';
import { Streams, type IncomingCall, type StreamsEvents } from './streams';
import type { Transport, TransportSink } from './transport';

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
 *
 * It is what all its parts report to, itself and not by functions made for them: most connections
 * idle most of the time, and a function for each would be half of what they hold.
 */
export class Connection
  implements
    TransportSink,
    FrameSink,
    OutboxEvents,
    HandshakeHost,
    KeepaliveHost,
    LifetimeHost,
    StreamsEvents
{
  readonly streams: Streams;
  private readonly outbox: Outbox;
  readonly frames: ControlFrames;
  private readonly reader = new ByteReader();
  private readonly decoder: FrameDecoder;
  /** Made by the first frame that comes in pieces. */
  private frameWatch: FrameWatch | undefined;
  /** Until it is over. */
  private handshake: Handshake | undefined;
  readonly keepalive: Keepalive;
  private readonly lifetime: Lifetime;
  /** Server: the peer's name, when its credentials or certificate say one. */
  caller: string | undefined;
  private state = State.HANDSHAKE;
  /** Server: GOAWAY(0) was sent. Client: it came, or we want to go. */
  private isDraining = false;
  /** What is waited for before the connection ends, or is destroyed. */
  private endTimer: Timer | undefined;
  private closeReason: RpcError | undefined;

  constructor(
    private readonly settings: ConnectionSettings,
    private readonly owner: ConnectionOwner<Connection>,
    private readonly transport: Transport,
  ) {
    const { role, environment, limits } = settings;
    const deadlines = deadlinesOf(environment, false);
    this.outbox = new Outbox(transport, environment, limits.controlBytesMax, this);
    this.frames = new ControlFrames(this.outbox, settings);
    this.streams = new Streams(role, limits, this.outbox, this.reader, this);
    this.decoder = new FrameDecoder(role, this);
    this.handshake = new Handshake(deadlines, settings, this);
    this.keepalive = new Keepalive(deadlines, settings, this);
    this.lifetime = new Lifetime(deadlines, limits, this);
  }

  /** Begin: the client speaks first. */
  start(): void {
    const { settings, transport } = this;
    tellOpened(settings.role, this);
    this.handshake?.start();
    transport.start(this);
    if (settings.role === 'client') this.frames.sendHello(settings.credentialsFor?.(transport));
  }

  // ---- for the channel and the server ---------------------------------------------------------

  /** The other end's address, for people. */
  get peer(): string {
    return this.transport.peer;
  }

  get identity(): PeerIdentity {
    return this.transport.identity;
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
    this.owner.onDraining(this, undefined);
    this.endIfIdle();
    if (this.state < State.CLOSING && this.endTimer === undefined) this.watchLeaving();
  }

  /** Calls that we have given up are waited for a while and not for ever: the server may hang. */
  private watchLeaving(): void {
    this.endAfter(this.settings.limits.lingerMsMax, () => {
      if (this.streams.hasLive()) this.watchLeaving();
      else this.endHalf();
    });
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
    this.endAfter(drainMs, () => {
      this.streams.endAll(StatusCode.UNAVAILABLE, 'the server has stopped');
      this.endHalf();
    });
  }

  /** Server: this peer is not served; say why. */
  turnAway(error: RpcError): void {
    if (this.state >= State.CLOSING) return;
    this.settings.log(`${this.peer}: refused: ${error.message}`);
    this.frames.sendGoaway(error.code, 0, 0, error.text);
    this.endHalf();
  }

  /** End at once: calls in progress are lost. */
  destroy(reason?: RpcError): void {
    this.closeReason ??= reason;
    this.decoder.stop();
    this.transport.destroy();
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
      this.transport.destroy();
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
    this.decoder.stop();
    this.outbox.close();
    if (!wasClosing) this.closeReason ??= unavailable('the connection was lost', error);
    this.streams.lose(this.closeReason ?? unavailable('the connection was closed'));
    tellClosed(this.settings.role, this, this.closeReason);
    this.owner.onClosed(this, this.closeReason);
  }

  // ---- OutboxEvents ---------------------------------------------------------------------------

  onEndsSent(count: number): void {
    this.streams.onEndsSent(count);
  }

  onPeerNotReading(): void {
    // What is written until the transport has closed would tell it again and again.
    if (this.closeReason !== undefined) return;
    const { log, limits } = this.settings;
    log(`${this.peer}: dropped, ${limits.controlBytesMax} bytes of control frames are unread`);
    this.destroy(unavailable('the peer does not read'));
  }

  // ---- HandshakeHost --------------------------------------------------------------------------

  admit(credentials: Uint8Array | undefined): string | undefined | Promise<string | undefined> {
    return this.owner.admit(this, credentials);
  }

  pauseReading(): void {
    this.decoder.pause();
    this.transport.pause();
  }

  resumeReading(): void {
    if (this.state !== State.OPEN) return;
    this.transport.resume();
    this.decode(0, () => this.decoder.resume());
  }

  onOpen(hello: Hello, caller: string | undefined): void {
    if (this.state !== State.HANDSHAKE) return;
    this.state = State.OPEN;
    this.handshake = undefined;
    this.caller = caller;
    this.streams.agree(hello, this.settings.compressedBytesMin);
    this.keepalive.start(hello.pingIntervalMsMin);
    this.lifetime.start();
    this.owner.onReady(this);
  }

  // ---- LifetimeHost ---------------------------------------------------------------------------

  onLifeOver(): void {
    if (this.settings.role === 'client') this.leave();
    else this.drain(this.settings.limits.drainMsMax);
  }

  // ---- StreamsEvents --------------------------------------------------------------------------

  onCall(call: IncomingCall, reader: ByteReader): void {
    this.owner.onCall(this, call, reader);
  }

  onCallEnded(): void {
    if (this.isDraining) this.endIfIdle();
    else this.onRoom();
  }

  onRoom(): void {
    this.owner.onRoom(this);
  }

  // ---- FrameSink ------------------------------------------------------------------------------

  onFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    this.frameWatch?.onFrame();
    const { type } = header;
    if (this.state === State.HANDSHAKE && type !== FrameType.HELLO && type !== FrameType.GOAWAY) {
      throw new ProtocolError('HELLO_MISSING', `a frame of type ${type} came before HELLO`);
    }
    switch (type as FrameType) {
      case FrameType.HELLO:
        if (this.handshake === undefined)
          throw new ProtocolError('HELLO_REPEATED', 'a second HELLO');
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
      if (this.settings.role === 'client') this.leave();
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
      if (this.decoder.isMidFrame) (this.frameWatch ??= this.watchFrames()).check();
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

  private watchFrames(): FrameWatch {
    const { environment, limits } = this.settings;
    const deadlines = deadlinesOf(environment, false);
    return new FrameWatch(deadlines, this.decoder, limits.frameMsMax, this);
  }

  /** The peer broke a rule: tell it which, and end. A peer that speaks no Fio is told nothing. */
  failWith(error: ProtocolError): void {
    if (this.state >= State.CLOSING) return;
    this.settings.log(`${this.peer}: ${error.message}`);
    tellViolation(this.settings.role, this.peer, error.violation, error.message);
    this.closeReason = new RpcError(error.status, error.message, { cause: error });
    const lost = unavailable(`the connection was ended: ${error.message}`, error);
    if (error.violation === 'PREFACE_MISMATCH') {
      this.streams.lose(lost);
      this.transport.destroy();
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
    this.owner.onDraining(this, this.closeReason);
    this.stopTimers();
    this.decoder.stop();
    this.endAfter(this.settings.limits.lingerMsMax, () => this.transport.destroy());
    this.transport.resume();
    this.outbox.finish();
  }

  private endAfter(delayMs: number, end: () => void): void {
    this.endTimer = this.settings.environment.setTimer(delayMs, end, true);
  }

  private stopTimers(): void {
    this.keepalive.stop();
    this.lifetime.stop();
    this.handshake?.stop();
    this.endTimer?.cancel();
    this.frameWatch?.stop();
  }
}
