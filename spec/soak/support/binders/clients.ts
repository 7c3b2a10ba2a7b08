// The clients of the campaign `binders`, in a process of their own, so that they can be on a host of
// their own: each with a channel, on which it calls without pause.
import { client, RpcError, StatusCode } from '../../../../src/rpc/index';
import { connectTo } from '../../../../src/services/binder/target';
import { note } from '../../../support/probe-service';
import { COUNT_NOTES, Failover, type Kind } from './service';
import { newTally, type Look, type Question, type Tally } from './tally';

/** Longer than it takes to find that a server has vanished without a word. */
const TIME_LIMIT_MS = 15_000;
/** Who is refused at once does not keep everybody else from working. */
const PAUSE_MS = 5;
/** Each client calls twice at a time: what may be made again, and what may not. */
const CALLERS: readonly (readonly Kind[])[] = [
  ['look', 'pay'],
  ['plain', 'count'],
];

/** One of a client's two callers. */
interface Caller {
  /** When its current call began. */
  beganMs: number;
}

class Clients {
  readonly #stubs;
  readonly #channels;
  readonly #callers: Caller[] = [];
  readonly #loops: Promise<void>[] = [];
  #tally: Tally;
  #phaseMs = performance.now();
  #isOver = false;
  #next = 0;

  constructor(targets: readonly string[], count: number) {
    this.#tally = newTally(count);
    this.#channels = Array.from({ length: count }, (_, index) =>
      connectTo(targets[index % targets.length] ?? '', { retry: { untilDeadline: true } }),
    );
    this.#stubs = this.#channels.map((channel) => client(Failover, channel));
    this.#stubs.forEach((_, index) => {
      for (const kinds of CALLERS) this.#loops.push(this.#loop(index, kinds));
    });
  }

  /** @returns what was counted until now */
  begin(): Tally {
    const before = this.#tally;
    this.#tally = newTally(this.#stubs.length);
    this.#phaseMs = performance.now();
    return before;
  }

  look(servers: readonly string[]): Look {
    const { clients } = this.#tally;
    return {
      allBegan: this.#callers.every(({ beganMs }) => beganMs > this.#phaseMs),
      haveSeen: clients.filter(({ firstFrom }) => servers.every((name) => name in firstFrom))
        .length,
    };
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#loops);
    await Promise.all(this.#channels.map((channel) => channel.close()));
  }

  async #loop(index: number, kinds: readonly Kind[]): Promise<void> {
    const caller = { beganMs: 0 };
    this.#callers.push(caller);
    for (let turn = 0; !this.#isOver; turn++) {
      caller.beganMs = performance.now();
      await this.#one(index, kinds[turn % kinds.length] ?? 'plain', caller.beganMs);
    }
  }

  async #one(index: number, kind: Kind, beganMs: number): Promise<void> {
    const text = String(this.#next++);
    let server: string | undefined;
    let thrown: unknown;
    try {
      server = serverOf(await this.#call(index, kind, text), text);
    } catch (error) {
      thrown = error;
    }
    const nowMs = performance.now();
    const seen = this.#tally.clients[index];
    this.#tally.calls++;
    if (seen !== undefined) {
      seen.longestMs = Math.max(seen.longestMs, nowMs - beganMs);
      if (server !== undefined) {
        const sinceMs = nowMs - this.#phaseMs;
        seen.firstFrom[server] ??= sinceMs;
        seen.lastFrom[server] = sinceMs;
        return;
      }
    }
    const ours = thrown instanceof RpcError ? thrown : undefined;
    this.#tally.failures.push({
      kind,
      client: index,
      status: ours === undefined ? 'foreign' : StatusCode[ours.code],
      message: String(thrown),
      mayHaveActed: ours?.mayHaveActed ?? true,
    });
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }

  /** @returns the text of the last answer */
  async #call(index: number, kind: Kind, text: string): Promise<string> {
    const stub = this.#stubs[index];
    if (stub === undefined) throw new Error('no such client');
    const limit = { timeoutMs: TIME_LIMIT_MS };
    if (kind !== 'count') return (await stub[kind](note(text), limit)).text;
    let last = '';
    let notes = 0;
    for await (const one of stub.count(note(text), limit)) {
      last = one.text;
      notes++;
    }
    if (notes !== COUNT_NOTES) throw new Error(`${notes} of ${COUNT_NOTES} notes, and no error`);
    return last;
  }
}

/** @throws Error when it is the answer to another call */
function serverOf(answer: string, text: string): string {
  const [server = '', echoed] = answer.split(' ');
  if (echoed !== text) throw new Error(`asked ${text}, answered '${answer}'`);
  return server;
}

const [count = '0', ...targets] = process.argv.slice(2);
const clients = new Clients(targets, Number(count));
process.on('message', (question: Question) => {
  switch (question.ask) {
    case 'begin':
      process.send?.(clients.begin());
      break;
    case 'look':
      process.send?.(clients.look(question.servers));
      break;
    case 'end':
      void clients.end().then(() => process.disconnect());
  }
});
