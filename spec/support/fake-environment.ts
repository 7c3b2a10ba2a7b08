import type { Environment, Timer } from '../../src/rpc/environment';

interface Pending {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * The world for tests: a clock that only the test turns, and chance that is the same each time.
 * `advance()` fires what is due in order and lets promises settle after each.
 */
export class FakeEnvironment implements Environment {
  private nowMs = 1_000;
  private order = 0;
  private readonly timers = new Set<Pending>();
  private seed = 1;

  now(): number {
    return this.nowMs;
  }

  wallClock(): number {
    return 1_700_000_000_000 + this.nowMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const pending = { dueMs: this.nowMs + Math.max(0, delayMs), order: this.order++, callback };
    this.timers.add(pending);
    return { cancel: () => void this.timers.delete(pending) };
  }

  defer(callback: () => void): void {
    process.nextTick(callback);
  }

  later(callback: () => void): void {
    setImmediate(callback);
  }

  /** Always the middle, so that jitter is none; set to have others. */
  random: () => number = () => 0.5;

  randomBytes(size: number): Uint8Array {
    return Uint8Array.from({ length: size }, () => {
      this.seed = (this.seed * 1_103_515_245 + 12_345) % 0x8000_0000;
      return this.seed >>> 16;
    });
  }

  /** Timers that have not fired. */
  get timersPending(): number {
    return this.timers.size;
  }

  /** Milliseconds from now to each timer that has not fired, soonest first. */
  get timersDueInMs(): number[] {
    return [...this.timers].map(({ dueMs }) => dueMs - this.nowMs).sort((a, b) => a - b);
  }

  /** Move the clock and nothing else: timers that are due fire with the next advance(). */
  turnTo(ms: number): void {
    this.nowMs = ms;
  }

  async advance(byMs: number): Promise<void> {
    const untilMs = this.nowMs + byMs;
    await settle();
    for (let next = this.takeDue(untilMs); next !== undefined; next = this.takeDue(untilMs)) {
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      next.callback();
      await settle();
    }
    this.nowMs = untilMs;
  }

  private takeDue(untilMs: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.timers) {
      if (pending.dueMs > untilMs) continue;
      const isSooner =
        first === undefined ||
        pending.dueMs < first.dueMs ||
        (pending.dueMs === first.dueMs && pending.order < first.order);
      if (isSooner) first = pending;
    }
    if (first !== undefined) this.timers.delete(first);
    return first;
  }
}

/** Let everything happen that needs no time: promises, ticks and what memory pairs deliver. */
export async function settle(rounds = 30): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
