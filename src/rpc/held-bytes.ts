interface Waiter {
  readonly bytes: number;
  readonly go: () => void;
}

export interface HeldBytesHost {
  /** What is held has fallen to half the limit. */
  onHalf(): void;
}

/**
 * What a connection holds of messages that are unread or unsent. Above half, nothing that can
 * wait is begun; at the limit, who wants more waits or ends. docs/PROTOCOL.md §10.
 */
export class HeldBytes {
  private bytes = 0;
  /** Made by the first. */
  private waiters: Waiter[] | undefined;

  constructor(
    private readonly bytesMax: number,
    private readonly host: HeldBytesHost,
  ) {}

  get isOverHalf(): boolean {
    return this.bytes > this.bytesMax / 2;
  }

  /** Whether somebody waits for room: what would want more had better not begin. */
  get isWantedByOthers(): boolean {
    return this.waiters !== undefined && this.waiters.length > 0;
  }

  /** Hold so much more, or answer false and hold nothing. */
  take(bytes: number): boolean {
    if (this.bytes + bytes > this.bytesMax) return false;
    this.bytes += bytes;
    return true;
  }

  /** Whether so much more would leave three quarters for others. */
  hasSpare(bytes: number): boolean {
    return this.bytes + bytes <= this.bytesMax / 4;
  }

  give(bytes: number): void {
    if (bytes === 0) return;
    const half = this.bytesMax / 2;
    const before = this.bytes;
    this.bytes = before - bytes;
    if (this.waiters !== undefined) this.wake(this.waiters);
    if (before > half && this.bytes <= half) this.host.onHalf();
  }

  /** Call `go` when so many bytes can be taken; first come, first served. */
  whenRoom(bytes: number, go: () => void): void {
    (this.waiters ??= []).push({ bytes, go });
  }

  private wake(waiters: Waiter[]): void {
    const first = waiters[0];
    if (first === undefined || this.bytes + first.bytes > this.bytesMax) return;
    waiters.shift();
    // It takes what it waited for, and give() of that wakes the next.
    first.go();
    this.wake(waiters);
  }
}
