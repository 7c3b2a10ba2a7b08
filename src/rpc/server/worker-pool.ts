import type { Address } from '../address';
import type { Environment, Timer } from '../environment';

/** Told by a worker's process. */
export interface WorkerEvents {
  /** It takes connections, there. */
  onListening(address: Address): void;
  /** It cannot: its port is taken, its program has failed. It ends. */
  onFailed(text: string): void;
  /** It asks that all end, itself too. */
  onClose(): void;
  /** It is gone. @param how `exit code 1`, `SIGKILL` */
  onExit(how: string): void;
}

/** A worker's process, for as long as it lives. */
export interface WorkerProcess {
  readonly pid: number;
  /** End gracefully: it answers what runs. */
  drain(): void;
  kill(): void;
}

export interface WorkerPoolInit {
  readonly count: number;
  /**
   * @param port what was asked for, undefined: the same as those that live have asked for, to which
   *   the same port belongs. When none lives, the port that they had.
   */
  start(events: WorkerEvents, port: number | undefined): WorkerProcess;
  readonly environment: Environment;
  readonly log: (line: string) => void;
  /** From close() to the end of workers that have not drained. */
  readonly killAfterMs: number;
}

const FIRST_DELAY_MS = 100;
const FACTOR = 2;
const LONGEST_DELAY_MS = 10_000;
/** A worker that has listened for so long was well: the next delay is the first one again. */
const WELL_AFTER_MS = 10_000;
/** So often in a row, for every worker, with none that listens: it will not get better. */
const FAILURES_MAX = 5;

/** One of the places that are always to have a worker. */
interface Place {
  process: WorkerProcess | undefined;
  failures: number;
  listensSinceMs: number | undefined;
  restart: Timer | undefined;
}

/**
 * Keeps so many workers alive. One that dies is started again, later each time that it dies at
 * once. When none can listen any more the pool gives up: who started the program sees it end.
 */
export class WorkerPool {
  /** Settles when every worker listens for the first time. Rejects when one of them cannot. */
  readonly listening: Promise<Address>;
  /** Settles when all have ended. Rejects when the pool has given up. */
  readonly over: Promise<void>;
  private readonly places: Place[];
  private address: Address | undefined;
  private portToAskFor: number | undefined;
  private hasListened = false;
  private isClosing = false;
  private failure: Error | undefined;
  private killTimer: Timer | undefined;
  private settleListening!: { resolve(address: Address): void; reject(error: Error): void };
  private settleOver!: { resolve(): void; reject(error: Error): void };

  constructor(private readonly init: WorkerPoolInit) {
    this.listening = new Promise((resolve, reject) => (this.settleListening = { resolve, reject }));
    this.over = new Promise((resolve, reject) => (this.settleOver = { resolve, reject }));
    // Who waits for the one need not wait for the other.
    this.listening.catch(() => undefined);
    this.over.catch(() => undefined);
    this.places = Array.from({ length: init.count }, () => ({
      process: undefined,
      failures: 0,
      listensSinceMs: undefined,
      restart: undefined,
    }));
    for (const place of this.places) this.start(place);
  }

  /** Every worker answers what runs, and ends; none is started again. */
  close(): Promise<void> {
    if (this.isClosing) return this.over;
    this.isClosing = true;
    for (const place of this.places) {
      place.restart?.cancel();
      place.process?.drain();
    }
    this.killTimer = this.init.environment.setTimer(this.init.killAfterMs, () => this.kill());
    this.endWhenEmpty();
    return this.over;
  }

  /** At once: calls that run are lost. */
  kill(): void {
    this.isClosing = true;
    for (const { process, restart } of this.places) {
      restart?.cancel();
      process?.kill();
    }
    this.endWhenEmpty();
  }

  private start(place: Place): void {
    place.restart = undefined;
    // The port was let go with the last of them.
    if (this.places.every(({ process }) => process === undefined)) {
      this.portToAskFor = this.address?.port;
    }
    place.process = this.init.start(
      {
        onListening: (address) => this.onListening(place, address),
        onFailed: (text) => this.onFailed(text),
        onClose: () => void this.close(),
        onExit: (how) => this.onExit(place, how),
      },
      this.portToAskFor,
    );
  }

  private onListening(place: Place, address: Address): void {
    this.address ??= address;
    if (address.port !== this.address.port) {
      // Any free port was asked for, while the last worker that had ours died.
      place.process?.kill();
      return;
    }
    place.listensSinceMs = this.init.environment.now();
    if (this.hasListened || this.places.some((one) => one.listensSinceMs === undefined)) return;
    this.hasListened = true;
    this.settleListening.resolve(this.address);
  }

  private onFailed(text: string): void {
    // At the start it is the program's mistake, and whoever has started it is there to read it.
    if (!this.hasListened) this.giveUp(new Error(text));
    else this.init.log(`a worker cannot serve: ${text}`);
  }

  private onExit(place: Place, how: string): void {
    const pid = place.process?.pid ?? 0;
    const { listensSinceMs } = place;
    place.process = place.listensSinceMs = undefined;
    if (this.isClosing) {
      this.endWhenEmpty();
      return;
    }
    const { environment, log } = this.init;
    const listenedMs = listensSinceMs === undefined ? 0 : environment.now() - listensSinceMs;
    if (listenedMs >= WELL_AFTER_MS) place.failures = 0;
    place.failures++;
    if (this.isHopeless()) {
      this.giveUp(new Error(`no worker stays alive; the last one ended by ${how}`));
      return;
    }
    const delayMs = Math.min(FIRST_DELAY_MS * FACTOR ** (place.failures - 1), LONGEST_DELAY_MS);
    log(`worker ${pid} ended by ${how}; another one is started in ${delayMs} ms`);
    place.restart = environment.setTimer(delayMs, () => this.start(place), true);
  }

  private isHopeless(): boolean {
    return this.places.every(
      ({ failures, listensSinceMs }) =>
        listensSinceMs === undefined && (!this.hasListened || failures >= FAILURES_MAX),
    );
  }

  private giveUp(failure: Error): void {
    this.failure ??= failure;
    void this.close();
  }

  private endWhenEmpty(): void {
    if (this.places.some(({ process }) => process !== undefined)) return;
    this.killTimer?.cancel();
    // Some of them did: whoever waits for the rest is told where, and that it is over.
    if (this.address !== undefined && this.failure === undefined) {
      this.settleListening.resolve(this.address);
    }
    const failure = this.failure ?? new Error('the workers were closed before they listened');
    this.settleListening.reject(failure);
    if (this.failure === undefined) this.settleOver.resolve();
    else this.settleOver.reject(this.failure);
  }
}
