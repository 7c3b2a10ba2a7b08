import { MovementKind } from '../../src/services/wallet/movement';
import type { Random } from '../fuzz/random-bytes';
import type { Disk, LedgerRecord, Line } from './disk';
import type { Engine } from './engine';
import { LedgerState } from './ledger-state';
import type { Ending, Program } from './machine';
import type { Network } from './network';
import type { Planted } from './planted';
import { SharedLedger } from './shared-ledger';
import type { SimulatedProcess } from './simulated-process';

export const DATABASE_HOST = 'database';

/** The database is near its servers. */
const NEAR_MS_MAX = 1;

/** How a transaction ended. `undone`: nothing has happened. `unknown`: the connection was lost. */
export type Ended = 'done' | 'undone' | 'unknown';

/** What a wallet server has of a transaction that it may go on with. */
export interface Transaction {
  readonly state: LedgerState;
  /** @param tell what it has changed, once that cannot be lost */
  commit(tell: (lines: readonly Line[]) => void): Promise<Ended>;
}

interface Session {
  readonly process: SimulatedProcess;
  begin: (state: LedgerState | undefined) => void;
  end: (how: Ended) => void;
  isCommitting: boolean;
  tell: (lines: readonly Line[]) => void;
}

export interface SharedDatabaseOptions {
  readonly outcomesMax: number;
  readonly planted: Planted | undefined;
  /** How often a transaction has to be made again. */
  readonly conflicts: number;
}

/**
 * A database that several wallet servers share: transactions one after the other, of which some
 * are undone for a conflict, and group commit. It may crash by itself, and what is blocked
 * between it and a server comes later.
 */
export class SharedDatabase implements Engine, Program {
  private process: SimulatedProcess | undefined;
  private state: LedgerState;
  private holder: Session | undefined;
  private queue: Session[] = [];
  /** Whose commits are written and not synced. */
  private written: { readonly session: Session; readonly lines: readonly Line[] }[] = [];
  private isSyncing = false;

  constructor(
    private readonly network: Network,
    private readonly random: Random,
    private readonly disk: Disk,
    private readonly options: SharedDatabaseOptions,
    private readonly onBroken: () => void,
    wallets: readonly string[],
    opening: number,
  ) {
    disk.options = { ...disk.options, full: 0 };
    for (const wallet of wallets) {
      const line = { wallet, kind: MovementKind.OPENED, order: 0, amount: opening };
      disk.records.push({ lines: [{ ...line, balance: opening, atMs: 0 }], kept: [] });
    }
    disk.synced = disk.records.length;
    this.state = this.read();
  }

  // ---- Engine

  get synced(): number {
    return this.disk.synced;
  }

  get syncs(): number {
    return this.disk.syncs;
  }

  records(): readonly LedgerRecord[] {
    return this.disk.records;
  }

  open(process: SimulatedProcess): SharedLedger {
    return new SharedLedger(process, this, this.options.planted);
  }

  /** A wallet server has ended: what it had not committed is undone. */
  onServerEnd(process: SimulatedProcess): void {
    if (this.holder?.process === process && !this.holder.isCommitting) this.undo();
  }

  calmDown(): void {
    this.disk.options = { ...this.disk.options, broken: 0 };
  }

  remove(): void {
    // It is in memory alone.
  }

  // ---- Program

  run(process: SimulatedProcess): undefined {
    this.process = process;
    this.state = this.read();
    return undefined;
  }

  onEnd(how: Ending): void {
    this.disk.crash(how === 'power' ? 'power' : 'killed');
    const lost = [...this.queue, ...(this.holder === undefined ? [] : [this.holder])];
    for (const session of lost) this.fail(session, 'undone');
    for (const { session } of this.written) this.fail(session, 'unknown');
    this.queue = [];
    this.written = [];
    this.holder = undefined;
    this.isSyncing = false;
  }

  // ---- for a wallet server

  /** @returns undefined when the connection was lost */
  begin(process: SimulatedProcess): Promise<Transaction | undefined> {
    return new Promise((resolve) => {
      const session: Session = {
        process,
        isCommitting: false,
        begin: (state) =>
          resolve(
            state && {
              state,
              commit: (tell) => this.commitFrom(session, tell),
            },
          ),
        end: () => undefined,
        tell: () => undefined,
      };
      const arrive = (): void => {
        this.queue.push(session);
        this.next();
      };
      this.send(session, arrive, () => this.fail(session, 'undone'));
    });
  }

  private commitFrom(session: Session, tell: Session['tell']): Promise<Ended> {
    session.isCommitting = true;
    session.tell = tell;
    return new Promise((resolve) => {
      session.end = resolve;
      const lost = (): void => this.fail(session, 'undone');
      this.send(session, () => (this.holder === session ? this.commit(session) : lost()), lost);
    });
  }

  // ---- at the database

  private next(): void {
    if (this.holder !== undefined) return;
    const session = this.queue.shift();
    if (session === undefined) return;
    if (!session.process.isAlive) {
      this.next();
      return;
    }
    this.holder = session;
    const { state } = this;
    this.answer(session, () => session.begin(state));
  }

  private commit(session: Session): void {
    if (this.random.next() < this.options.conflicts) {
      this.fail(session, 'undone');
      this.undo();
      return;
    }
    const record = this.state.takeRecord();
    if (record.lines.length + record.kept.length > 0) this.disk.records.push(record);
    this.written.push({ session, lines: record.lines });
    this.holder = undefined;
    this.sync();
    this.next();
  }

  private undo(): void {
    this.holder = undefined;
    this.state = this.read();
    this.next();
  }

  private sync(): void {
    const { process } = this;
    if (this.isSyncing || this.written.length === 0 || process === undefined) return;
    this.isSyncing = true;
    const count = this.written.length;
    this.disk.sync(process, (how) => {
      this.isSyncing = false;
      if (how === 'broken') {
        this.onBroken();
        return;
      }
      for (const { session, lines } of this.written.splice(0, count)) {
        this.answer(session, () => {
          session.tell(lines);
          session.end('done');
        });
      }
      this.sync();
    });
  }

  private read(): LedgerState {
    const now = (): number => this.process?.wallClock() ?? 0;
    const state = new LedgerState(now, this.options.outcomesMax);
    for (const record of this.disk.records) state.apply(record);
    return state;
  }

  // ---- messages

  private send(session: Session, arrive: () => void, lose: () => void): void {
    const { network } = this;
    network.scheduler.after(this.delay(session.process.host, DATABASE_HOST), () => {
      if (this.process?.isAlive === true) this.process.turn(arrive);
      else lose();
    });
  }

  private answer(session: Session, arrive: () => void): void {
    const delayMs = this.delay(DATABASE_HOST, session.process.host);
    this.network.scheduler.after(delayMs, () => session.process.turn(arrive));
  }

  private fail(session: Session, how: Ended): void {
    this.answer(session, () => {
      session.begin(undefined);
      session.end(how);
    });
  }

  private delay(from: string, to: string): number {
    const { network } = this;
    const blockedMs = network.openFromMs(from, to) - network.scheduler.nowMs;
    return Math.max(0, blockedMs) + this.random.next() * NEAR_MS_MAX;
  }
}
