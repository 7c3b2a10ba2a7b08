import type { Limits } from '../wire/limits';
import type { Environment, Timer } from './environment';

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

  constructor(
    private readonly environment: Environment,
    private readonly limits: Limits,
    private readonly host: KeepaliveHost,
  ) {}

  /**
   * HELLO has been read: before it there are no PINGs.
   * @param peerIntervalMsMin shortest time between PINGs that the peer allows
   */
  start(peerIntervalMsMin: number): void {
    this.intervalMs = Math.max(this.limits.pingEveryMs, peerIntervalMsMin);
    this.watch();
  }

  /** Bytes have come. */
  heard(): void {
    this.hasHeard = true;
  }

  stop(): void {
    this.timer?.cancel();
  }

  private watch(): void {
    this.hasHeard = false;
    this.timer = this.environment.setTimer(this.intervalMs, () => this.onInterval());
  }

  private onInterval(): void {
    if (this.hasHeard || !this.host.needsPeer()) {
      this.watch();
      return;
    }
    this.host.sendPing();
    this.timer = this.environment.setTimer(this.limits.pingAnswerMsMax, () => {
      if (this.hasHeard) this.watch();
      else this.host.onPeerSilent();
    });
  }
}
