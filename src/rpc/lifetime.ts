import type { Limits } from '../wire/limits';
import type { Deadlines, Waiter } from './deadlines';
import type { Timer } from './environment';

const AGE_JITTER = 0.1;

/** What a lifetime needs of its connection. */
export interface LifetimeHost {
  /** How many calls are open, and the last id, which tells whether new ones have begun. */
  readonly streams: { readonly size: number; readonly lastId: number };
  /** End the connection when its calls have ended. */
  onLifeOver(): void;
}

/**
 * When a connection has been idle too long, or has got too old: both end it gracefully. The age
 * has a jitter of 10 %, so that clients that came together do not come back together.
 *
 * One time limit does for both, and nearly always it is as long as that of every other connection,
 * which they share a timer with: docs/decisions/0011.
 */
export class Lifetime implements Waiter {
  private timer: Timer | undefined;
  /** When the connection is too old. */
  private oldMs = 0;
  /** It will be, at the next look. */
  private isLastLook = false;
  /** The last id at the look before. */
  private lastId = -1;

  constructor(
    private readonly deadlines: Deadlines,
    private readonly limits: Limits,
    private readonly host: LifetimeHost,
  ) {}

  start(): void {
    const { environment } = this.deadlines;
    const jitter = 1 - AGE_JITTER + 2 * AGE_JITTER * environment.random();
    this.oldMs = environment.now() + this.limits.connectionAgeMsMax * jitter;
    this.watch();
  }

  stop(): void {
    this.timer?.cancel();
  }

  onDue(): void {
    const { size, lastId } = this.host.streams;
    const isIdle = size === 0 && lastId === this.lastId;
    if (isIdle || this.isLastLook) this.host.onLifeOver();
    else this.watch();
  }

  /** Nothing is noted per call: a look at the count once per period is enough. */
  private watch(): void {
    const nowMs = this.deadlines.environment.now();
    const leftMs = Math.max(0, this.oldMs - nowMs);
    const { idleMsMax } = this.limits;
    this.isLastLook = leftMs <= idleMsMax;
    this.lastId = this.host.streams.lastId;
    const delayMs = this.isLastLook ? leftMs : idleMsMax;
    this.timer = this.deadlines.begin(nowMs + delayMs, delayMs, this);
  }
}
