import { crc32 } from 'node:zlib';
import { EventHeap, type Happening } from './event-heap';

/** So many are given to the event loop at a time; promises settle between any two of them. */
const STEPS = 64;
/** A world that does so much goes round in circles. */
const EVENTS_MAX = 5_000_000;

/** Told what happens, line by line, when somebody wants to read it. */
export type Tracer = (line: string) => void;

/**
 * The only clock of a simulated world and the sequence of all that happens in it. One event runs at
 * a time, and all promises and ticks that it leads to have settled before the next: nothing else
 * decides what comes first, so the same plan gives the same events.
 */
export class Scheduler {
  nowMs = 0;
  /** How much has happened. */
  events = 0;
  readonly #heap = new EventHeap();
  #planned = 0;
  #hash = 0;
  readonly #numbers = new Float64Array(2);

  constructor(private readonly tracer?: Tracer) {}

  /** Of everything that has happened, in its sequence: two runs with the same one were the same. */
  get hash(): number {
    return this.#hash;
  }

  /** @param delayMs not below 0 */
  after(delayMs: number, run: () => void): Happening {
    const item = { dueMs: this.nowMs + Math.max(0, delayMs), order: this.#planned++, run };
    this.#heap.add(item);
    return item;
  }

  /** Makes bytes part of what the hash is of. */
  mark(bytes: Uint8Array): void {
    this.#hash = crc32(bytes, this.#hash);
  }

  /** For who reads: what happens now. */
  tell(line: () => string): void {
    this.tracer?.(`${this.nowMs.toFixed(3)} ${line()}`);
  }

  /**
   * Lets things happen.
   * @param isDone looked at before each event
   * @param untilMs how far the clock may go
   * @returns whether it is done; false when the time is up, or nothing will happen any more
   */
  run(isDone: () => boolean, untilMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const end = (settle: () => void): void => {
        isOver = true;
        settle();
      };
      const step = (): void => {
        if (isOver) return;
        try {
          if (isDone()) end(() => resolve(true));
          else if (this.#heap.nextMs > untilMs) {
            this.nowMs = Number.isFinite(untilMs) ? untilMs : this.nowMs;
            end(() => resolve(false));
          } else this.#step();
        } catch (error) {
          end(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      };
      // Each turn of the event loop costs a system call, so each takes many steps.
      const turn = (): void => {
        if (isOver) return;
        for (let count = 0; count < STEPS; count++) setImmediate(step);
        setImmediate(turn);
      };
      turn();
    });
  }

  #step(): void {
    const item = this.#heap.take();
    this.events += 1;
    if (this.events > EVENTS_MAX) throw new Error(`more than ${EVENTS_MAX} events`);
    this.nowMs = item.dueMs;
    this.#numbers[0] = item.dueMs;
    this.#numbers[1] = item.order;
    this.mark(new Uint8Array(this.#numbers.buffer));
    const { run } = item;
    item.run = undefined;
    run?.();
  }
}
