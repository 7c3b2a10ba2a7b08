import { performance } from 'node:perf_hooks';
import { RandomPool } from './random-pool';

/** A running timer. */
export interface Timer {
  cancel(): void;
}

/**
 * All that the runtime takes from the world besides the socket: clock, timers, chance. A
 * simulation gives its own, and the whole of rpc runs in false time.
 */
export interface Environment {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Unix milliseconds; for keys and logs, never for time limits. */
  wallClock(): number;
  /** @param keepsAlive whether the process may not end before the timer has fired */
  setTimer(delayMs: number, callback: () => void, keepsAlive?: boolean): Timer;
  /** Run after the current callback and its promises, before any input or output. */
  defer(callback: () => void): void;
  /** Run after the input and output that is waiting: who sends much lets others read. */
  later(callback: () => void): void;
  /** From 0 up to, not including, 1. */
  random(): number;
  randomBytes(size: number): Uint8Array;
}

const pool = new RandomPool();

/** A class and not a function of its own for each: a server has thousands that run. */
class SystemTimer implements Timer {
  constructor(private readonly timeout: NodeJS.Timeout) {}

  cancel(): void {
    clearTimeout(this.timeout);
  }
}

/** The real one. */
export const systemEnvironment: Environment = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
  setTimer(delayMs, callback, keepsAlive = false) {
    const timeout = setTimeout(callback, delayMs);
    if (!keepsAlive) timeout.unref();
    return new SystemTimer(timeout);
  },
  defer: (callback) => process.nextTick(callback),
  later: (callback) => setImmediate(callback),
  random: () => Math.random(),
  randomBytes: (size) => pool.take(size),
};
