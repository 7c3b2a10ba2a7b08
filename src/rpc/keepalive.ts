import type { Limits } from '../wire/limits';
import type { Environment, Timer } from './environment';

/**
 * Of a peer that somebody says is gone: what it takes to answer. It is short because two must be
 * wrong, and calls that could be made again elsewhere wait for it.
 */
const DOUBTED_ANSWER_MS_MAX = 2_000;

/** What keepalive needs of its connection. */
export interface KeepaliveHost {
  /** Whether a silent peer matters now: calls are open, or we are a server. */
  needsPeer(): boolean;
  sendPing(): void;
  /** The peer has not answered: the connection is dead, and a polite end would hang. */
  onPeerSilent(): void;
}

/**
 * Finds a peer that has vanished without a word: its cable is cut, its host has stopped, a router
 * has forgotten the connection. Any byte counts as life, so a busy connection is never pinged; a
 * flag per chunk is all that it costs there.
 */
export class Keepalive {
  private timer: Timer | undefined;
  private hasHeard = false;
  private intervalMs = 0;
  /** Undefined before the peer's HELLO and after stop(). */
  private peerIntervalMsMin: number | undefined;
  private answerMsMax: number;
  private askedMs = -Infinity;
  private isAsking = false;

  constructor(
    private readonly environment: Environment,
    private readonly limits: Limits,
    private readonly host: KeepaliveHost,
  ) {
    this.answerMsMax = limits.pingAnswerMsMax;
  }

  /**
   * HELLO has been read: before it there are no PINGs.
   * @param peerIntervalMsMin shortest time between PINGs that the peer allows
   */
  start(peerIntervalMsMin: number): void {
    this.peerIntervalMsMin = peerIntervalMsMin;
    this.intervalMs = Math.max(this.limits.pingEveryMs, peerIntervalMsMin);
    this.watch();
  }

  /** Somebody who should know says that the peer is gone: ask as soon as the peer allows it. */
  doubt(): void {
    // Before HELLO there is the time limit of the handshake.
    if (this.peerIntervalMsMin === undefined) return;
    this.answerMsMax = Math.min(this.limits.pingAnswerMsMax, DOUBTED_ANSWER_MS_MAX);
    this.timer?.cancel();
    const allowedInMs = this.askedMs + this.peerIntervalMsMin - this.environment.now();
    if (this.isAsking) this.awaitAnswer();
    else if (allowedInMs <= 0) this.ask();
    else this.timer = this.environment.setTimer(allowedInMs, () => this.ask());
  }

  /** Bytes have come. */
  heard(): void {
    this.hasHeard = true;
  }

  stop(): void {
    this.peerIntervalMsMin = undefined;
    this.timer?.cancel();
  }

  private watch(): void {
    this.hasHeard = false;
    this.isAsking = false;
    this.timer = this.environment.setTimer(this.intervalMs, () => this.onInterval());
  }

  private onInterval(): void {
    if (this.hasHeard || !this.host.needsPeer()) this.watch();
    else this.ask();
  }

  private ask(): void {
    this.hasHeard = false;
    this.isAsking = true;
    this.askedMs = this.environment.now();
    this.host.sendPing();
    this.awaitAnswer();
  }

  private awaitAnswer(): void {
    this.timer = this.environment.setTimer(this.answerMsMax, () => {
      if (this.hasHeard) this.watch();
      else this.host.onPeerSilent();
    });
  }
}
