import type { Limits } from '../wire/limits';
import type { Environment, Timer } from './environment';

const AGE_JITTER = 0.1;

/**
 * When a connection has been idle too long, or has got too old: both end it gracefully. The age
 * has a jitter of 10 %, so that clients that came together do not come back together.
 */
export class Lifetime {
  private idleTimer: Timer | undefined;
  private ageTimer: Timer | undefined;

  /**
   * @param calls how many are open, and the last id, which tells whether new ones have begun
   * @param onOver end the connection when its calls have ended
   */
  constructor(
    private readonly environment: Environment,
    private readonly limits: Limits,
    private readonly calls: { readonly size: number; readonly lastId: number },
    private readonly onOver: () => void,
  ) {}

  start(): void {
    this.watchIdle();
    const jitter = 1 - AGE_JITTER + 2 * AGE_JITTER * this.environment.random();
    const ageMs = Math.min(this.limits.connectionAgeMsMax * jitter, 0x7fff_ffff);
    this.ageTimer = this.environment.setTimer(ageMs, this.onOver);
  }

  stop(): void {
    this.idleTimer?.cancel();
    this.ageTimer?.cancel();
  }

  /** Nothing is noted per call: a look at the count once per period is enough. */
  private watchIdle(): void {
    const { lastId } = this.calls;
    this.idleTimer = this.environment.setTimer(this.limits.idleMsMax, () => {
      if (this.calls.size === 0 && this.calls.lastId === lastId) this.onOver();
      else this.watchIdle();
    });
  }
}
