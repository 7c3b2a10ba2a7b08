import type { Environment, Timer } from '../environment';
import { RpcError, StatusCode } from '../status';
import type { ClientCall } from './call';

interface Waiting {
  readonly call: ClientCall;
  /** When it has waited long enough. */
  readonly untilMs: number;
}

/**
 * Calls that wait for a connection or for room on one, in order. Bounded in length; each waits so
 * long and no longer, and all of them equally long, so one timer for the oldest is enough.
 */
export class WaitingCalls {
  private queue: Waiting[] = [];
  private timer: Timer | undefined;

  /**
   * @param failure why there is no connection, now
   * @param onNobody nobody waits any more
   */
  constructor(
    private readonly environment: Environment,
    private readonly callsMax: number,
    private readonly waitMsMax: number,
    private readonly failure: () => RpcError,
    private readonly onNobody: () => void,
  ) {}

  /** Whether nobody waits; calls that are over meanwhile are forgotten. */
  get isEmpty(): boolean {
    while (this.queue[0]?.call.isOver === true) this.queue.shift();
    if (this.queue.length > 0) return false;
    this.stopTimer();
    return true;
  }

  /** False when the queue is full: the call has failed then. */
  add(call: ClientCall): boolean {
    if (this.queue.length >= this.callsMax) this.keep(({ call: one }) => !one.isOver);
    if (this.queue.length >= this.callsMax) {
      const text = `${this.callsMax} calls are waiting for a connection already`;
      call.fail(new RpcError(StatusCode.RESOURCE_EXHAUSTED, text, { mayHaveActed: false }));
      return false;
    }
    this.queue.push({ call, untilMs: this.environment.now() + this.waitMsMax });
    this.watch();
    return true;
  }

  /** The oldest; it must not be empty. */
  shift(): ClientCall | undefined {
    return this.queue.shift()?.call;
  }

  /** There is no hope for now: those that did not ask to wait for it fail. */
  failImpatient(): void {
    this.fail(({ call }) => !call.waitForReady, this.failure());
  }

  failAll(error: RpcError): void {
    this.fail(() => true, error);
  }

  private fail(which: (waiting: Waiting) => boolean, error: RpcError): void {
    const failed = this.queue.filter(which);
    if (failed.length === 0) return;
    this.keep((waiting) => !which(waiting));
    for (const { call } of failed) call.fail(error);
    this.settleEmpty();
  }

  private keep(which: (waiting: Waiting) => boolean): void {
    this.queue = this.queue.filter(which);
  }

  private settleEmpty(): void {
    if (this.isEmpty) this.onNobody();
  }

  private watch(): void {
    const oldest = this.queue[0];
    if (this.timer !== undefined || oldest === undefined) return;
    const delayMs = Math.max(0, oldest.untilMs - this.environment.now());
    this.timer = this.environment.setTimer(
      delayMs,
      () => {
        this.timer = undefined;
        const nowMs = this.environment.now();
        this.fail(({ untilMs }) => untilMs <= nowMs, this.failure());
        this.watch();
      },
      true,
    );
  }

  private stopTimer(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }
}
