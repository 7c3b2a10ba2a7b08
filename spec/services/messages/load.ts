import { EVERYBODY } from '../../../src/services/messages/message';
import { MessageClient, type Shown } from '../../../src/services/messages/message-client';
import { MessageType } from '../../../src/services/messages/message';

const EXIBIDOR_FIRST = 1_000;
/** Connections that are made at a time. */
const JOIN_AT_A_TIME = 50;

/** What happened to a number of messages. */
export interface Delivered {
  readonly seconds: number;
  /** Messages that exibidores have shown. */
  readonly deliveries: number;
  /** From sendText() to show(). */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

interface InFlight {
  readonly startMs: number;
  left: number;
  readonly allShown: () => void;
}

/** Emissores and exibidores in this process: messages are numbered, and their way is timed. */
export class Load {
  private readonly emissores: MessageClient[] = [];
  private readonly exibidores: MessageClient[] = [];
  private readonly inFlight = new Map<number, InFlight>();
  private latenciesMs: number[] = [];
  private next = 0;

  private constructor(private readonly port: number) {}

  /** @returns when all are registered */
  static async join(port: number, emissores: number, exibidores: number): Promise<Load> {
    const load = new Load(port);
    await load.addAll(emissores, (index) => load.addEmissor(index + 1));
    await load.addAll(exibidores, (index) => load.addExibidor(EXIBIDOR_FIRST + index));
    return load;
  }

  get exibidoresThere(): number {
    return this.exibidores.length;
  }

  /**
   * Broadcasts, from each emissor in turn, so many at a time: the next one when one of them has been
   * shown by every exibidor of this load.
   */
  async broadcast(count: number, atATime: number): Promise<Delivered> {
    return this.measure(count, atATime, EVERYBODY, this.exibidores.length);
  }

  /** As broadcast(), but each message is for one exibidor, each in turn. */
  async sendToOne(count: number, atATime: number): Promise<Delivered> {
    return this.measure(count, atATime, undefined, 1);
  }

  async leave(): Promise<void> {
    await Promise.all([...this.emissores, ...this.exibidores].map((client) => client.leave()));
  }

  private async measure(
    count: number,
    atATime: number,
    destination: number | undefined,
    shownBy: number,
  ): Promise<Delivered> {
    this.latenciesMs = [];
    const startMs = performance.now();
    let left = count;
    const worker = async (): Promise<void> => {
      while (left-- > 0) await this.sendOne(destination, shownBy);
    };
    await Promise.all(Array.from({ length: Math.min(atATime, count) }, worker));
    const seconds = (performance.now() - startMs) / 1_000;
    const sorted = Float64Array.from(this.latenciesMs).sort();
    const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
    return {
      seconds,
      deliveries: sorted.length,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      maxMs: at(1),
    };
  }

  private async sendOne(destination: number | undefined, shownBy: number): Promise<void> {
    const number = this.next++;
    const emissor = this.emissores[number % this.emissores.length] as MessageClient;
    const exibidor = EXIBIDOR_FIRST + (number % this.exibidores.length);
    const shown = new Promise<void>((allShown) =>
      this.inFlight.set(number, { startMs: performance.now(), left: shownBy, allShown }),
    );
    const isAccepted = await emissor.sendText(destination ?? exibidor, String(number));
    if (!isAccepted) throw new Error(`message ${number} was refused`);
    await shown;
  }

  private readonly show = (message: Shown): void => {
    if (message.type !== MessageType.MSG) return;
    const number = Number(message.text.toString('latin1'));
    const inFlight = this.inFlight.get(number);
    if (inFlight === undefined) throw new Error(`unexpected: ${message.text.toString()}`);
    this.latenciesMs.push(performance.now() - inFlight.startMs);
    inFlight.left -= 1;
    if (inFlight.left > 0) return;
    this.inFlight.delete(number);
    inFlight.allShown();
  };

  private async addAll(count: number, add: (index: number) => Promise<void>): Promise<void> {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < count) await add(next++);
    };
    await Promise.all(Array.from({ length: Math.min(JOIN_AT_A_TIME, count) }, worker));
  }

  private async addEmissor(id: number): Promise<void> {
    this.emissores.push(await this.add(id));
  }

  private async addExibidor(id: number): Promise<void> {
    this.exibidores.push(await this.add(id));
  }

  private async add(id: number): Promise<MessageClient> {
    const address = { host: '127.0.0.1', port: this.port };
    const client = await MessageClient.connect(address, { show: this.show });
    if ((await client.identify([id])) !== id) throw new Error(`${id} was refused`);
    return client;
  }
}
