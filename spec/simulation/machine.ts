import { Random } from '../fuzz/random-bytes';
import type { Network } from './network';
import type { Scheduler } from './scheduler';
import { SimulatedProcess } from './simulated-process';

/** How a process ends: alone, with its machine, or by its own will once its calls have ended. */
export type Ending = 'killed' | 'power' | 'stopped';

/** A program, started anew for each life of its process. */
export interface Program {
  /** @returns what its process has to do before it ends by its own will */
  run(process: SimulatedProcess): (() => Promise<void>) | undefined;
  /** The process has ended; what outlives it finds out. */
  onEnd?(how: Ending, process: SimulatedProcess): void;
}

const SKEW_MS_MAX = 2_000;
/** A process to which nothing happens ends after so long. */
const IDLE_MS = 20;

/** A machine with one program, which is started again whenever it has ended. */
export class Machine {
  crashes = 0;
  process: SimulatedProcess | undefined;
  private stop: (() => Promise<void>) | undefined;
  private readonly random: Random;

  constructor(
    readonly name: string,
    private readonly scheduler: Scheduler,
    private readonly network: Network,
    readonly program: Program,
    seed: number,
  ) {
    this.random = new Random(seed);
  }

  start(): void {
    this.network.turnOn(this.name);
    const chance = new Random(this.random.below(0x1_0000_0000));
    const skewMs = this.random.below(SKEW_MS_MAX);
    const process = new SimulatedProcess(this.name, this.scheduler, chance, skewMs);
    this.process = process;
    this.scheduler.tell(() => `${this.name} starts`);
    process.turn(() => (this.stop = this.program.run(process)));
  }

  /** Ends the process, somewhere in what it does next, and starts it again. */
  endSoon(how: Ending, hops: number, downMs: number): void {
    const { process } = this;
    if (process?.isAlive !== true) return;
    this.crashes += 1;
    process.crashSoon(hops, () => {
      if (how === 'stopped') void this.stop?.().then(() => this.end(process, how, downMs));
      else this.end(process, how, downMs);
    });
    this.scheduler.after(IDLE_MS, () => process.turn(() => undefined));
  }

  /** Ends it for good. */
  endNow(): void {
    if (this.process?.isAlive === true) this.end(this.process, 'killed', undefined);
  }

  /** By its own will, and for good: its calls end before. */
  async leave(): Promise<void> {
    await this.stop?.();
  }

  private end(process: SimulatedProcess, how: Ending, downMs: number | undefined): void {
    if (!process.isAlive) return;
    this.scheduler.tell(() => `${this.name} ends: ${how}`);
    process.kill();
    this.network.onCrash(process, how === 'power' ? 'power' : 'killed');
    this.program.onEnd?.(how, process);
    if (downMs !== undefined) this.scheduler.after(downMs, () => this.start());
  }
}
