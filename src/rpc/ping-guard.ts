import { ProtocolError } from '../wire/protocol-error';

/** Counts PINGs that come faster than announced; the third ends the connection. */
export class PingGuard {
  private lastMs = -Infinity;
  private strikes = 0;

  constructor(
    private readonly intervalMsMin: number,
    private readonly strikesMax: number,
  ) {}

  /** @throws ProtocolError PING_FLOOD */
  onPing(nowMs: number): void {
    const sinceMs = nowMs - this.lastMs;
    this.lastMs = nowMs;
    if (sinceMs >= this.intervalMsMin) return;
    this.strikes++;
    if (this.strikes < this.strikesMax) return;
    throw new ProtocolError(
      'PING_FLOOD',
      `${this.strikes} PINGs sooner than ${this.intervalMsMin} ms after the one before`,
    );
  }
}
