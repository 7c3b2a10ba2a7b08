import type { Ledger } from '../../src/services/wallet/ledger';
import { MovementKind } from '../../src/services/wallet/movement';
import type { Disk, LedgerRecord } from './disk';
import type { Engine } from './engine';
import { SimulatedLedger, type SimulatedLedgerOptions } from './simulated-ledger';
import type { SimulatedProcess } from './simulated-process';

/** The simulated ledger on its simulated disk. */
export class SimulatedEngine implements Engine {
  /** @param wallets are on the disk before anybody serves them, each with so much */
  constructor(
    private readonly disk: Disk,
    private readonly options: Omit<SimulatedLedgerOptions, 'onBroken'>,
    wallets: readonly string[],
    opening: number,
  ) {
    for (const wallet of wallets) {
      const line = { wallet, kind: MovementKind.OPENED, order: 0, amount: opening };
      disk.records.push({ lines: [{ ...line, balance: opening, atMs: 0 }], kept: [] });
    }
    disk.synced = disk.records.length;
  }

  get synced(): number {
    return this.disk.synced;
  }

  get syncs(): number {
    return this.disk.syncs;
  }

  records(): readonly LedgerRecord[] {
    return this.disk.records;
  }

  open(process: SimulatedProcess, onBroken: () => void): Ledger {
    return new SimulatedLedger(process, this.disk, { ...this.options, onBroken });
  }

  onServerEnd(_: SimulatedProcess, how: 'killed' | 'power'): void {
    this.disk.crash(how);
  }

  calmDown(): void {
    this.disk.options = { ...this.disk.options, full: 0, broken: 0 };
  }

  remove(): void {
    // It is in memory alone.
  }
}
