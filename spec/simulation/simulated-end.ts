import { Buffer } from 'node:buffer';
import type { Transport, TransportSink } from '../../src/rpc/index';
import type { Random } from '../fuzz/random-bytes';
import type { Scheduler } from './scheduler';
import type { SimulatedProcess } from './simulated-process';
import type { Weather } from './weather';

/** What a chunk's buffer holds once it has been delivered: who keeps it, reads this. */
const SCRIBBLE = 0xee;
/** How long a sender waits before it tries again to reach a machine that is off. */
const AGAIN_MS = 200;

/** What an end needs of its network. */
export interface Surroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly weather: Weather;
  /** How long the next thing is on its way. */
  delay(): number;
  /** Whether a machine has no power: it does not even refuse. */
  isOff(host: string): boolean;
  /** When something may go from one machine to another: now, or when that is no longer blocked. */
  openFromMs(from: string, to: string): number;
}

/** What is on its way: bytes, or the end of them; `reset` when the connection is not known. */
interface Segment {
  arrivalMs: number;
  bytes: Buffer | 'end' | 'reset';
}

/**
 * One end of a simulated connection, and what is on its way from it to the other. In each direction
 * all arrives in its sequence, or not at all, as TCP has it.
 */
export class SimulatedEnd implements Transport {
  readonly identity = { isEncrypted: false, certificateName: undefined };
  other!: SimulatedEnd;
  private sink: TransportSink | undefined;
  private isPaused = false;
  private isDestroyed = false;
  private isClosedTold = false;
  private isEnded = false;
  private hasSentEnd = false;
  private hasGotEnd = false;
  private flight: Segment[] = [];
  private flightBytes = 0;
  private lastArrivalMs = 0;
  private isArriving = false;
  /** The writer's own buffers, so one that is used again too soon shows. */
  private held: Buffer[] = [];
  private isLeaving = false;
  /** What is written arrives nowhere, and the process does not know it yet. */
  private isCut = false;
  private failure: Error | undefined;

  private constructor(
    private readonly network: Surroundings,
    readonly process: SimulatedProcess,
    readonly peer: string,
  ) {}

  static pair(
    network: Surroundings,
    near: SimulatedProcess,
    far: SimulatedProcess,
  ): readonly [SimulatedEnd, SimulatedEnd] {
    const one = new SimulatedEnd(network, near, far.host);
    const two = new SimulatedEnd(network, far, near.host);
    one.other = two;
    two.other = one;
    return [one, two];
  }

  /** Whether its process has yet to be told that it has closed. */
  get isOpen(): boolean {
    const isNobodys = this.sink === undefined && this.isDestroyed;
    return !this.isClosedTold && !isNobodys && this.process.isAlive;
  }

  get unsentBytes(): number {
    return this.held.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  start(sink: TransportSink): void {
    this.sink = sink;
    if (this.failure !== undefined) this.closeSoon();
    this.other.pump();
  }

  write(bytes: Buffer): boolean {
    if (this.isDestroyed || this.isEnded) return true;
    const { weather, random } = this.network;
    const isFree = this.held.length === 0 && this.flightBytes < weather.capacityBytes;
    if (isFree && random.next() >= weather.stalls) {
      this.push(Buffer.from(bytes));
      return true;
    }
    this.held.push(bytes);
    this.leaveSoon();
    return false;
  }

  endWrite(): void {
    if (this.isDestroyed || this.isEnded) return;
    this.isEnded = true;
    if (this.held.length === 0) this.sendEnd();
  }

  destroy(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    this.held = [];
    if (!this.hasSentEnd) this.push(this.network.random.next() < 0.5 ? 'end' : 'reset');
    this.closeSoon();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.other.pump();
  }

  // ---- for the network ------------------------------------------------------------------------

  /** The process has been killed, and its machine tells the other end. */
  onKilled(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    this.held = [];
    this.push(this.network.random.next() < 0.5 ? 'end' : 'reset');
  }

  /** The machine is off: some of what was on its way still comes, and nobody is told. */
  onPowerLost(): void {
    this.isDestroyed = true;
    this.held = [];
    this.flight.length = this.network.random.below(this.flight.length + 1);
  }

  /** The network loses the connection and what is on its way; this end is told. */
  cut(): void {
    this.vanish();
    this.network.scheduler.after(this.network.delay(), () =>
      this.process.turn(() => this.lose('read ECONNRESET')),
    );
  }

  /** What this end sends arrives nowhere any more, and nobody is told. */
  vanish(): void {
    this.isCut = true;
    this.flight = [];
    this.flightBytes = 0;
  }

  // ---- sending --------------------------------------------------------------------------------

  private push(bytes: Segment['bytes']): void {
    if (this.isCut) return;
    const nowMs = this.network.scheduler.nowMs;
    this.lastArrivalMs = Math.max(this.lastArrivalMs, nowMs + this.network.delay());
    this.flight.push({ arrivalMs: this.lastArrivalMs, bytes });
    if (typeof bytes !== 'string') this.flightBytes += bytes.length;
    this.pump();
  }

  private sendEnd(): void {
    this.hasSentEnd = true;
    this.push('end');
    this.closeIfBothEnded();
  }

  private leaveSoon(): void {
    if (this.isLeaving) return;
    this.isLeaving = true;
    this.network.scheduler.after(this.network.delay(), () =>
      this.process.turn(() => {
        this.isLeaving = false;
        this.leave();
      }),
    );
  }

  private leave(): void {
    if (this.isDestroyed || this.held.length === 0) return;
    // More is let in when the other end has read some.
    if (this.flightBytes >= this.network.weather.capacityBytes) return;
    const { held } = this;
    this.held = [];
    for (const bytes of held) this.push(Buffer.from(bytes));
    if (this.isEnded) this.sendEnd();
    this.sink?.onDrained();
  }

  // ---- arriving -------------------------------------------------------------------------------

  private pump(): void {
    const [head] = this.flight;
    if (this.isArriving || head === undefined) return;
    if (!this.other.isDestroyed && (this.other.sink === undefined || this.other.isPaused)) return;
    this.isArriving = true;
    const { scheduler } = this.network;
    scheduler.after(head.arrivalMs - scheduler.nowMs, () => {
      this.isArriving = false;
      this.arrive();
      this.pump();
    });
  }

  private arrive(): void {
    const [head] = this.flight;
    if (head === undefined) return;
    const { network, other } = this;
    const { nowMs } = network.scheduler;
    const openMs = network.openFromMs(this.process.host, other.process.host);
    if (openMs > nowMs) {
      head.arrivalMs = openMs + network.delay();
      return;
    }
    if (!other.process.isAlive || other.isDestroyed) {
      this.arriveAtNobody(head);
      return;
    }
    if (other.isPaused) return;
    if (head.bytes === 'reset') {
      this.flight = [];
      other.process.turn(() => other.lose('read ECONNRESET'));
    } else if (head.bytes === 'end') {
      this.flight.shift();
      other.process.turn(() => other.getEnd());
    } else this.deliver(head);
  }

  private deliver(head: Segment): void {
    const { network, other } = this;
    const whole = head.bytes as Buffer;
    const isSplit = whole.length > 1 && network.random.next() < network.weather.splits;
    const length = isSplit ? 1 + network.random.below(whole.length - 1) : whole.length;
    const chunk = whole.subarray(0, length);
    if (isSplit) {
      head.bytes = whole.subarray(length);
      head.arrivalMs = network.scheduler.nowMs + network.delay();
      this.lastArrivalMs = Math.max(this.lastArrivalMs, head.arrivalMs);
    } else this.flight.shift();
    this.flightBytes -= length;
    network.scheduler.mark(chunk);
    network.scheduler.tell(() => `${this.process.host} > ${other.process.host}: ${length} bytes`);
    other.process.turn(() => {
      other.sink?.onBytes(chunk, length);
      chunk.fill(SCRIBBLE);
    });
    if (this.held.length > 0) this.leaveSoon();
  }

  /** A machine that is there says that it knows of no such connection; one that is off is silent. */
  private arriveAtNobody(head: Segment): void {
    const { network, other } = this;
    if (!other.process.isAlive && network.isOff(other.process.host)) {
      head.arrivalMs = network.scheduler.nowMs + AGAIN_MS;
      return;
    }
    this.flight = [];
    this.flightBytes = 0;
    if (typeof head.bytes !== 'string') {
      network.scheduler.after(network.delay(), () =>
        this.process.turn(() => this.lose('write EPIPE')),
      );
    }
  }

  private lose(text: string): void {
    if (this.isClosedTold) return;
    this.isDestroyed = true;
    this.held = [];
    this.failure = new Error(text);
    // It may be lost before its process has got it.
    if (this.sink !== undefined) this.tellClosed();
  }

  private getEnd(): void {
    this.hasGotEnd = true;
    this.sink?.onEnded();
    this.closeIfBothEnded();
  }

  private closeIfBothEnded(): void {
    if (this.hasSentEnd && this.hasGotEnd) this.closeSoon();
  }

  private closeSoon(): void {
    this.network.scheduler.after(0, () => this.process.turn(() => this.tellClosed()));
  }

  private tellClosed(): void {
    if (this.isClosedTold) return;
    this.isClosedTold = this.isDestroyed = true;
    this.sink?.onClosed(this.failure);
  }
}
