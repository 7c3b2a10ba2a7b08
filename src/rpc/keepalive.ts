import type { ConnectionSettings } from './connection-owner';
import type { Deadlines, Waiter } from './deadlines';
import type { Timer } from './environment';
import { unavailable, type RpcError } from './status';

/**
 * Of a peer that somebody says is gone: what it takes to answer. It is short because two must be
 * wrong, and calls that could be made again elsewhere wait for it.
 */
const DOUBTED_ANSWER_MS_MAX = 2_000;

/** What keepalive needs of its connection. */
export interface KeepaliveHost {
  readonly streams: { readonly size: number };
  readonly frames: { sendPing(): void };
  destroy(reason: RpcError): void;
}

enum Awaited {
  /** The next look at whether the peer has been heard of. */
  LOOK,
  /** The moment at which the peer allows a PING. */
  LEAVE,
  ANSWER,
}

/**
 * Finds a peer that has vanished without a word: its cable is cut, its host has stopped, a router
 * has forgotten the connection. Any byte counts as life, so a busy connection is never pinged; a
 * flag per chunk is all that it costs there.
 */
export class Keepalive implements Waiter {
  private timer: Timer | undefined;
  private awaited = Awaited.LOOK;
  private hasHeard = false;
  private isDoubted = false;
  /** Undefined before the peer's HELLO and after stop(). */
  private peerIntervalMsMin: number | undefined;
  private askedMs: number | undefined;

  constructor(
    private readonly deadlines: Deadlines,
    private readonly settings: Pick<ConnectionSettings, 'role' | 'limits'>,
    private readonly host: KeepaliveHost,
  ) {}

  /**
   * HELLO has been read: before it there are no PINGs.
   * @param peerIntervalMsMin shortest time between PINGs that the peer allows
   */
  start(peerIntervalMsMin: number): void {
    this.peerIntervalMsMin = peerIntervalMsMin;
    this.watch(peerIntervalMsMin);
  }

  /** Somebody who should know says that the peer is gone: ask as soon as the peer allows it. */
  doubt(): void {
    const { askedMs, peerIntervalMsMin } = this;
    // Before HELLO there is the time limit of the handshake.
    if (peerIntervalMsMin === undefined) return;
    this.isDoubted = true;
    const allowedMs = askedMs === undefined ? -Infinity : askedMs + peerIntervalMsMin;
    const allowedInMs = allowedMs - this.deadlines.environment.now();
    if (this.awaited === Awaited.ANSWER) this.awaitAnswer();
    else if (allowedInMs <= 0) this.ask();
    else this.wait(Awaited.LEAVE, allowedInMs);
  }

  /** Bytes have come. */
  heard(): void {
    this.hasHeard = true;
  }

  stop(): void {
    this.peerIntervalMsMin = undefined;
    this.timer?.cancel();
  }

  onDue(): void {
    const { peerIntervalMsMin } = this;
    if (peerIntervalMsMin === undefined) return;
    switch (this.awaited) {
      case Awaited.LOOK:
        if (this.hasHeard || !this.needsPeer) this.watch(peerIntervalMsMin);
        else this.ask();
        break;
      case Awaited.LEAVE:
        this.ask();
        break;
      case Awaited.ANSWER:
        if (this.hasHeard) this.watch(peerIntervalMsMin);
        // A polite end would hang.
        else this.host.destroy(unavailable('the peer has been silent for too long'));
    }
  }

  /** Whether a silent peer matters now: calls are open, or we are a server. */
  private get needsPeer(): boolean {
    return this.settings.role === 'server' || this.host.streams.size > 0;
  }

  private watch(peerIntervalMsMin: number): void {
    this.hasHeard = false;
    this.wait(Awaited.LOOK, Math.max(this.settings.limits.pingEveryMs, peerIntervalMsMin));
  }

  private ask(): void {
    this.hasHeard = false;
    this.askedMs = this.deadlines.environment.now();
    this.host.frames.sendPing();
    this.awaitAnswer();
  }

  private awaitAnswer(): void {
    const { pingAnswerMsMax } = this.settings.limits;
    const answerMsMax = this.isDoubted
      ? Math.min(pingAnswerMsMax, DOUBTED_ANSWER_MS_MAX)
      : pingAnswerMsMax;
    this.wait(Awaited.ANSWER, answerMsMax);
  }

  private wait(awaited: Awaited, delayMs: number): void {
    const { deadlines } = this;
    this.timer?.cancel();
    this.awaited = awaited;
    this.timer = deadlines.begin(deadlines.environment.now() + delayMs, delayMs, this);
  }
}
