import type { Random } from '../fuzz/random-bytes';
import type { MovementKind } from '../../src/services/wallet/movement';
import type { Scheduler } from './scheduler';
import type { SimulatedProcess } from './simulated-process';

/** A line of the journal as it is written. */
export interface Line {
  readonly wallet: string;
  readonly kind: MovementKind;
  readonly order: number;
  readonly amount: number;
  readonly balance: number;
  readonly atMs: number;
}

/** The outcome of a keyed call. */
export interface Kept {
  readonly identity: string;
  readonly timeMs: number;
  readonly hash: Uint8Array;
  readonly outcome: Uint8Array;
}

/** One transaction: all of it is on the disk, or nothing. */
export interface LedgerRecord {
  readonly lines: Line[];
  readonly kept: Kept[];
}

export interface DiskOptions {
  /** A sync takes from this to twice as long. */
  readonly syncMs: number;
  /** How often a sync finds no room, and how often it fails so that nobody knows what is there. */
  readonly full: number;
  readonly broken: number;
}

/** How a sync went. `full`: nothing of it is there. `broken`: nobody knows. */
export type Synced = 'synced' | 'full' | 'broken';

/** What outlives a process: the records that were synced, and perhaps some that were only written. */
export class Disk {
  readonly records: LedgerRecord[] = [];
  /** How many of them are on the disk for good. */
  synced = 0;
  syncs = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
    public options: DiskOptions,
  ) {}

  /** Syncs what was written until now; `then` is not called when the process ends before. */
  sync(process: SimulatedProcess, then: (how: Synced) => void): void {
    const { syncMs, full, broken } = this.options;
    const length = this.records.length;
    const chance = this.random.next();
    const how = chance < full ? 'full' : chance < full + broken ? 'broken' : 'synced';
    this.scheduler.after(syncMs * (1 + this.random.next()), () =>
      process.turn(() => {
        this.syncs += 1;
        if (how === 'synced') this.synced = length;
        if (how === 'full') this.records.length = this.synced;
        this.scheduler.tell(() => `${process.host}: ${how} ${this.synced} records`);
        then(how);
      }),
    );
  }

  /**
   * The process has ended. What it had only written is there when the system lives on; else the disk
   * has as much of it as it likes, from the first on.
   */
  crash(how: 'killed' | 'power'): void {
    if (how === 'power') {
      const unsynced = this.records.length - this.synced;
      this.records.length = this.synced + this.random.below(unsynced + 1);
    }
    this.synced = this.records.length;
  }
}
