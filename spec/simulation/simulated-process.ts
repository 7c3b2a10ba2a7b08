import { currentCall } from '../../src/rpc/current-call';
import type { Environment, Timer } from '../../src/rpc/environment';
import type { Random } from '../fuzz/random-bytes';
import type { Scheduler } from './scheduler';

/** The wall clock of a world whose time is 0. */
const EPOCH_MS = 1_800_000_000_000;

/**
 * One life of one program, from its start to its end: its clock, its timers and its chance. When it
 * has been killed nothing of it happens any more, whatever its promises still do: that is how a
 * process ends in the middle of an await.
 */
export class SimulatedProcess implements Environment {
  isAlive = true;
  readonly #timers = new Set<object>();
  #crash: { readonly hops: number; readonly run: () => void } | undefined;

  /**
   * @param host the machine that it runs on
   * @param skewMs how much its wall clock is ahead
   */
  constructor(
    readonly host: string,
    readonly scheduler: Scheduler,
    private readonly chance: Random,
    private readonly skewMs: number,
  ) {}

  /** Timers that have not fired. */
  get timers(): number {
    return this.#timers.size;
  }

  /**
   * Something happens to the process. If it is to crash, it does so behind as many promises as was
   * said, wherever the program is by then.
   */
  turn(callback: () => void): void {
    if (!this.isAlive) return;
    const crash = this.#crash;
    if (crash !== undefined) {
      this.#crash = undefined;
      void hop(crash.hops).then(() => {
        if (this.isAlive) crash.run();
      });
    }
    callback();
  }

  /** With the next thing that happens to it, `hops` promises later, `run` is called. */
  crashSoon(hops: number, run: () => void): void {
    this.#crash = { hops, run };
  }

  kill(): void {
    this.isAlive = false;
    this.#timers.clear();
  }

  /** Waits. Never ends when the process does. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.setTimer(delayMs, resolve));
  }

  // ---- Environment

  now(): number {
    return this.scheduler.nowMs;
  }

  wallClock(): number {
    return Math.floor(EPOCH_MS + this.skewMs + this.scheduler.nowMs);
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    if (!this.isAlive) return { cancel: () => undefined };
    const timer = {};
    this.#timers.add(timer);
    // As with the real ones, what it calls belongs to the call that has set it.
    const call = currentCall.getStore();
    const bound = call === undefined ? callback : () => currentCall.run(call, callback);
    const item = this.scheduler.after(delayMs, () => {
      if (this.#timers.delete(timer)) this.turn(bound);
    });
    return {
      cancel: () => {
        this.#timers.delete(timer);
        item.run = undefined;
      },
    };
  }

  defer(callback: () => void): void {
    process.nextTick(() => {
      if (this.isAlive) callback();
    });
  }

  later(callback: () => void): void {
    this.scheduler.after(0, () => this.turn(callback));
  }

  random(): number {
    return this.chance.next();
  }

  randomBytes(size: number): Uint8Array {
    return this.chance.bytes(size);
  }
}

async function hop(count: number): Promise<void> {
  for (let done = 0; done < count; done++) await Promise.resolve();
}
