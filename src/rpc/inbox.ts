import { NEXT_BATCH, type BatchSource } from './batches';

/** What an inbox tells its call. */
export interface InboxEvents {
  /** The application has taken a message that cost so much credit. */
  onTaken(costBytes: number): void;
  /** The application waits, and nothing is there. */
  onWaiting(): void;
  /** The application wants no more: `break` out of `for await`. */
  onReturn(): void;
}

interface Waiter<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: Error) => void;
}

/** Places of messages that were taken, kept at most before they are cleared away. */
const TAKEN_KEPT_MAX = 64;

/**
 * Messages that have come and that the application has not taken: an async iterator over one
 * stream's messages. It is bounded by the stream's credit, which is earned by taking.
 */
export class Inbox<T> implements AsyncIterableIterator<T, undefined>, BatchSource<T> {
  private messages: T[] = [];
  private costs: number[] = [];
  /** The first one not taken; what is before is cleared away now and then. */
  private head = 0;
  private waiters: Waiter<T>[] = [];
  /** Told when something is there, or nothing will be: they take all that has come by then. */
  private batchWaiters: (() => void)[] = [];
  private isClosed = false;
  private error: Error | undefined;

  constructor(private readonly events: InboxEvents) {}

  /** Whether somebody waits for the next message. */
  get isWaiting(): boolean {
    return this.waiters.length > 0 || this.batchWaiters.length > 0;
  }

  push(message: T, costBytes: number): void {
    if (this.isClosed) return;
    const waiter = this.waiters.shift();
    if (waiter === undefined) {
      this.messages.push(message);
      this.costs.push(costBytes);
      if (this.batchWaiters.length > 0) this.tellBatchWaiters();
      return;
    }
    this.events.onTaken(costBytes);
    waiter.resolve({ done: false, value: message });
  }

  /** No more messages; those that are there are still handed out, then comes `error` or the end. */
  close(error?: Error): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.error = error;
    const waiters = this.waiters;
    this.waiters = [];
    for (const waiter of waiters) this.finish(waiter);
    this.tellBatchWaiters();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const { head } = this;
    if (head < this.messages.length)
      return Promise.resolve({ done: false, value: this.take(head) });
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      if (this.isClosed) {
        this.finish(waiter);
        return;
      }
      this.waiters.push(waiter);
      this.events.onWaiting();
    });
  }

  async [NEXT_BATCH](): Promise<T[] | undefined> {
    while (this.head === this.messages.length && !this.isClosed) await this.arrival();
    if (this.head < this.messages.length) return this.takeAll();
    const { error } = this;
    this.error = undefined;
    if (error !== undefined) throw error;
    return undefined;
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.messages = [];
    this.costs = [];
    this.head = 0;
    const wasOpen = !this.isClosed || this.error !== undefined;
    this.error = undefined;
    this.close();
    if (wasOpen) this.events.onReturn();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private take(head: number): T {
    const message = this.messages[head] as T;
    const costBytes = this.costs[head] as number;
    this.head = head + 1;
    if (this.head === this.messages.length) {
      this.messages = [];
      this.costs = [];
      this.head = 0;
    } else if (this.head >= TAKEN_KEPT_MAX && this.head * 2 >= this.messages.length) {
      // A reader who is always a little behind: it must not keep all that it has ever taken.
      this.messages.splice(0, this.head);
      this.costs.splice(0, this.head);
      this.head = 0;
    }
    this.events.onTaken(costBytes);
    return message;
  }

  private takeAll(): T[] {
    const batch = this.head === 0 ? this.messages : this.messages.slice(this.head);
    let costBytes = 0;
    for (let i = this.head; i < this.costs.length; i++) costBytes += this.costs[i] as number;
    this.messages = [];
    this.costs = [];
    this.head = 0;
    this.events.onTaken(costBytes);
    return batch;
  }

  private arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.batchWaiters.push(resolve);
      this.events.onWaiting();
    });
  }

  private tellBatchWaiters(): void {
    const waiters = this.batchWaiters;
    this.batchWaiters = [];
    for (const tell of waiters) tell();
  }

  private finish(waiter: Waiter<T>): void {
    const { error } = this;
    if (error === undefined) waiter.resolve({ done: true, value: undefined });
    else {
      // An error is told once; after it the iterator is at its end.
      this.error = undefined;
      waiter.reject(error);
    }
  }
}
