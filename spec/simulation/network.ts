import type { Dialer, Transport } from '../../src/rpc/index';
import type { Random } from '../fuzz/random-bytes';
import type { Scheduler } from './scheduler';
import { SimulatedEnd, type Surroundings } from './simulated-end';
import type { SimulatedProcess } from './simulated-process';
import { delayOf, type Weather } from './weather';

/** A machine that is off is asked so often, that long apart, before dialling it has failed. */
const DIALS_MAX = 8;
const DIAL_AGAIN_MS = 1_000;

interface Listener {
  readonly process: SimulatedProcess;
  readonly accept: (transport: Transport) => void;
}

/**
 * The machines and what is between them. Every wait is drawn from the seed; directions can be
 * blocked one by one, connections cut at both ends or at one.
 */
export class Network implements Surroundings {
  cuts = 0;
  blocks = 0;
  private readonly listeners = new Map<string, Listener>();
  /** Machines without power: they do not even refuse. */
  private readonly off = new Set<string>();
  private readonly blockedUntilMs = new Map<string, number>();
  private ends = new Set<SimulatedEnd>();

  constructor(
    readonly scheduler: Scheduler,
    readonly random: Random,
    public weather: Weather,
  ) {}

  delay(): number {
    return delayOf(this.weather, this.random);
  }

  isOff(host: string): boolean {
    return this.off.has(host);
  }

  openFromMs(from: string, to: string): number {
    return this.blockedUntilMs.get(`${from}>${to}`) ?? 0;
  }

  /** Connections that living processes have not seen the end of. */
  get openEnds(): number {
    return this.living().length;
  }

  listen(process: SimulatedProcess, accept: Listener['accept']): void {
    if (process.isAlive) this.listeners.set(process.host, { process, accept });
  }

  /** Whoever dials is refused from now on. */
  unlisten(process: SimulatedProcess): void {
    if (this.listeners.get(process.host)?.process === process) this.listeners.delete(process.host);
  }

  /** A machine has power again. */
  turnOn(host: string): void {
    this.off.delete(host);
  }

  /** @param how `power`: the machine is off, and silent; `killed`: it tells everybody */
  onCrash(process: SimulatedProcess, how: 'killed' | 'power'): void {
    this.listeners.delete(process.host);
    if (how === 'power') this.off.add(process.host);
    for (const end of this.ends) {
      if (end.process !== process) continue;
      if (how === 'power') end.onPowerLost();
      else end.onKilled();
    }
  }

  /** What a channel of the process dials with. */
  dialer(process: SimulatedProcess): Dialer {
    return (address, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up')), { once: true });
        this.dial(process, address.host, signal, 1, resolve, (text) => reject(new Error(text)));
      });
  }

  /**
   * Loses one connection: at both ends, or at one, then the other finds out by itself.
   * @param vanishing how often neither is told, and nothing answers
   */
  cutOne(vanishing: number): void {
    const ends = this.living();
    if (ends.length === 0) return;
    const end = this.random.pick(ends);
    this.cuts += 1;
    this.scheduler.tell(() => `cut ${end.process.host} - ${end.peer}`);
    if (vanishing > 0 && this.random.next() < vanishing) {
      end.vanish();
      end.other.vanish();
      return;
    }
    end.cut();
    if (this.random.next() < 0.7) end.other.cut();
  }

  /** Nothing arrives in that direction for a while; what is sent comes later. */
  block(from: string, to: string, forMs: number): void {
    this.blocks += 1;
    this.scheduler.tell(() => `block ${from} > ${to} for ${forMs.toFixed(0)} ms`);
    this.blockedUntilMs.set(`${from}>${to}`, this.scheduler.nowMs + forMs);
  }

  /** Whatever is blocked is so no longer, and nothing takes much longer than usual. */
  calmDown(): void {
    this.blockedUntilMs.clear();
    this.weather = { ...this.weather, spikes: 0, stalls: 0, splits: 0 };
  }

  private living(): SimulatedEnd[] {
    const ends = [...this.ends].filter((end) => end.isOpen);
    this.ends = new Set(ends);
    return ends;
  }

  private dial(
    process: SimulatedProcess,
    to: string,
    signal: AbortSignal,
    tries: number,
    resolve: (transport: Transport) => void,
    fail: (text: string) => void,
  ): void {
    const failSoon = (text: string): void =>
      void this.scheduler.after(this.delay(), () => process.turn(() => fail(text)));
    this.scheduler.after(this.delay(), () => {
      if (signal.aborted || !process.isAlive) return;
      const { nowMs } = this.scheduler;
      const listener = this.listeners.get(to);
      const isBlocked = this.openFromMs(process.host, to) > nowMs || this.isOff(to);
      if (isBlocked && tries >= DIALS_MAX) failSoon('connect ETIMEDOUT');
      else if (isBlocked) {
        this.scheduler.after(DIAL_AGAIN_MS, () =>
          this.dial(process, to, signal, tries + 1, resolve, fail),
        );
      } else if (listener === undefined) failSoon('connect ECONNREFUSED');
      else this.join(process, listener, signal, resolve);
    });
  }

  private join(
    process: SimulatedProcess,
    listener: Listener,
    signal: AbortSignal,
    resolve: (transport: Transport) => void,
  ): void {
    const [near, far] = SimulatedEnd.pair(this, process, listener.process);
    this.ends.add(near).add(far);
    this.scheduler.tell(() => `${process.host} is connected to ${listener.process.host}`);
    listener.process.turn(() => listener.accept(far));
    const { nowMs } = this.scheduler;
    const openMs = this.openFromMs(listener.process.host, process.host);
    this.scheduler.after(Math.max(0, openMs - nowMs) + this.delay(), () =>
      process.turn(() => (signal.aborted ? near.destroy() : resolve(near))),
    );
  }
}
