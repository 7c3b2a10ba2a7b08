import type { Ledger } from '../../src/services/wallet/ledger';
import type { LedgerRecord } from './disk';
import type { SimulatedProcess } from './simulated-process';

/** What keeps the ledger of a simulated world, and outlives the processes that serve it. */
export interface Engine {
  /** How many records of the journal are there for good. */
  readonly synced: number;
  readonly syncs: number;
  /** The journal, from the first record on. */
  records(): readonly LedgerRecord[];
  /**
   * A process starts to serve it.
   * @param onBroken the process had better end
   */
  open(process: SimulatedProcess, onBroken: () => void): Ledger;
  /** A process that had it has ended. */
  onServerEnd(process: SimulatedProcess, how: 'killed' | 'power'): void;
  /** It does not fail by itself any more. */
  calmDown(): void;
  /** Nobody needs it any more. */
  remove(): void;
}

export const ENGINES = ['simulated', 'sqlite', 'shared'] as const;

/** Which engine keeps the ledger. */
export type EngineName = (typeof ENGINES)[number];
