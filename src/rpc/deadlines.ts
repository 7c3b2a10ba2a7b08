import { outsideCalls } from './current-call';
import type { Environment, Timer } from './environment';

/** Who waits: an object and not a function, which each call and connection would need one of. */
export interface Waiter {
  /** The time has come. */
  onDue(): void;
}

/** A time limit that runs. Those of one length stand in a list, in the order in which they end. */
class Deadline implements Timer {
  previous: Deadline | undefined;
  next: Deadline | undefined;

  constructor(
    private readonly list: DeadlineList,
    readonly dueMs: number,
    readonly waiter: Waiter,
  ) {}

  cancel(): void {
    this.list.remove(this);
  }
}

/** What the clock of timers and that of now() may differ by. */
const EARLY_MS = 1;

/** The deadlines of one length: who comes last is due last, so one timer serves them all. */
class DeadlineList {
  private first: Deadline | undefined;
  private last: Deadline | undefined;
  private timer: Timer | undefined;

  constructor(
    private readonly host: Deadlines,
    private readonly delayMs: number,
  ) {}

  add(dueMs: number, waiter: Waiter): Deadline {
    const deadline = new Deadline(this, dueMs, waiter);
    const { last } = this;
    this.last = deadline;
    if (last === undefined) {
      this.first = deadline;
      this.wait(this.delayMs);
    } else {
      last.next = deadline;
      deadline.previous = last;
    }
    return deadline;
  }

  remove(deadline: Deadline): void {
    const { previous, next } = deadline;
    if (previous !== undefined) previous.next = next;
    else if (this.first === deadline) this.first = next;
    // It has been removed before, or has fired.
    else return;
    if (next !== undefined) next.previous = previous;
    else this.last = previous;
    deadline.previous = deadline.next = undefined;
    if (this.first !== undefined) return;
    this.timer?.cancel();
    this.host.forget(this.delayMs);
  }

  /** Outside calls: it is not for the call that happens to be the first. */
  private wait(delayMs: number): void {
    const { environment, keepsAlive } = this.host;
    this.timer = outsideCalls(() =>
      environment.setTimer(delayMs, () => this.onTimer(), keepsAlive),
    );
  }

  /** Often the one for which the timer was set is gone, and the first is due later. */
  private onTimer(): void {
    const nowMs = this.host.environment.now();
    try {
      for (let due = this.first; due !== undefined; due = this.first) {
        if (due.dueMs - nowMs >= EARLY_MS) break;
        this.remove(due);
        due.waiter.onDue();
      }
    } finally {
      // Also when a callback has thrown: the others have their limits still.
      if (this.first !== undefined) this.wait(Math.max(0, this.first.dueMs - nowMs));
    }
  }
}

/**
 * Time limits of calls and of connections: many at a time, and nearly all of them end before they
 * are due. A list for each length has one timer of the environment, and to begin or end a limit is
 * to link or unlink an object: docs/decisions/0011. Nothing is left when no limit runs.
 */
export class Deadlines {
  private readonly lists = new Map<number, DeadlineList>();

  /** @param keepsAlive whether the process may not end before the last has ended */
  constructor(
    readonly environment: Environment,
    readonly keepsAlive: boolean,
  ) {}

  /**
   * @param dueMs when `waiter` is told, unless the timer is cancelled before
   * @param delayMs how long that is from now
   */
  begin(dueMs: number, delayMs: number, waiter: Waiter): Timer {
    let list = this.lists.get(delayMs);
    if (list === undefined) {
      list = new DeadlineList(this, delayMs);
      this.lists.set(delayMs, list);
    }
    return list.add(dueMs, waiter);
  }

  /** Only for its lists: the one of that length is empty. */
  forget(delayMs: number): void {
    this.lists.delete(delayMs);
  }
}

/** By whether they keep the process alive. */
const shared = {
  kept: new WeakMap<Environment, Deadlines>(),
  loose: new WeakMap<Environment, Deadlines>(),
};

/**
 * Those of all connections and calls of an environment: thousands of connections that idle have one
 * timer between them.
 */
export function deadlinesOf(environment: Environment, keepsAlive: boolean): Deadlines {
  const known = keepsAlive ? shared.kept : shared.loose;
  let deadlines = known.get(environment);
  if (deadlines === undefined) {
    deadlines = new Deadlines(environment, keepsAlive);
    known.set(environment, deadlines);
  }
  return deadlines;
}
