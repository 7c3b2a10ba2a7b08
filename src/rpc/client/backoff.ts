import type { Environment } from '../environment';

const FIRST_MS = 100;
const FACTOR = 1.6;
const LONGEST_MS = 10_000;
const JITTER = 0.2;

/**
 * How long to wait before the next try to connect: longer each time, and never quite the same for
 * two clients. docs/PROTOCOL.md §14.
 */
export class Backoff {
  private failures = 0;

  constructor(private readonly environment: Environment) {}

  /** A try has failed: milliseconds until the next. */
  nextDelayMs(): number {
    const delayMs = Math.min(FIRST_MS * FACTOR ** this.failures, LONGEST_MS);
    this.failures++;
    return delayMs * (1 - JITTER + 2 * JITTER * this.environment.random());
  }

  /** A connection has proved to be good. */
  reset(): void {
    this.failures = 0;
  }
}
