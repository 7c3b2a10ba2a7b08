import { Buffer } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { MemoryOutcomes, RpcError, StatusCode, type CallContext } from '../../src/rpc/index';
import { MemoryKeyed } from '../support/memory-keyed';
import { note, type Note } from '../support/probe-service';

const HOUR_MS = 3_600_000;
const RETENTION_MS = 24 * HOUR_MS;
/** So few that keys are forgotten for their number too. */
const KEYS_MAX = 4;

/** How the handler ends: what it replies is the outcome, or is not; an error of the IDL is, another is not. */
const ENDINGS = ['reply', 'open', 'typed', 'error'] as const;
type Ending = (typeof ENDINGS)[number];

interface Call {
  readonly key: number;
  /** What it pays for: another argument, another hash. */
  readonly what: number;
  readonly ending: Ending;
  /** Whether the handler waits for something before it ends. */
  readonly isSlow: boolean;
}

interface Step {
  /** One call, or two at once: the second of the same key. */
  readonly calls: readonly Call[];
  /** How long nothing happens afterwards. */
  readonly waitHours: number;
}

/** When the key was made, in hours from the beginning; those of the future are refused at first. */
const KEY_HOURS = [0, 0.5, 0.9, 1.5, 10, 30] as const;

const call = fc.record<Call>({
  key: fc.nat({ max: KEY_HOURS.length - 1 }),
  what: fc.nat({ max: 1 }),
  ending: fc.constantFrom(...ENDINGS),
  isSlow: fc.boolean(),
});
const step = fc.record<Step>({
  calls: fc.oneof(
    call.map((one) => [one]),
    fc
      .tuple(call, call)
      .map(([one, other]) => [one, { ...other, key: one.key, isSlow: one.isSlow }]),
  ),
  waitHours: fc.oneof(fc.constant(0), fc.constant(0), fc.double({ min: 0, max: 20, noNaN: true })),
});
const steps = fc.array(step, { minLength: 1, maxLength: 25, size: 'max' });

const textOf = ({ what, ending, isSlow }: Call): string => `${ending} ${what} ${isSlow}`;

/** The handler: what is paid for says how it ends, and each run answers something else. */
function pay(run: number, { text }: Note, context: CallContext): Note {
  const [ending] = text.split(' ') as [Ending];
  if (ending === 'open') context.leaveOpen();
  if (ending === 'error') throw new RpcError(StatusCode.ABORTED, `run ${run}`);
  if (ending === 'typed') {
    const typed = { id: 1, package: 'keyed', bytes: Buffer.from([run]) };
    throw new RpcError(StatusCode.NOT_FOUND, `run ${run}`, { typed });
  }
  return note(`run ${run}`);
}

/** What a server should do, by the table of docs/PROTOCOL.md §12, as simply as it can be said. */
class Model {
  private remembered: { key: number; text: string; answer: string }[] = [];
  private forgottenHour = -Infinity;
  private runs = 0;

  answers(calls: readonly Call[], nowHour: number): string[] {
    const [first, second] = calls as [Call, Call | undefined];
    const before = this.verdict(first, nowHour);
    if (second === undefined) return [before ?? this.run(first)];
    const isRunning = before === undefined && first.isSlow;
    const text = textOf(second);
    if (isRunning && text !== textOf(first)) return [this.run(first), 'INVALID_ARGUMENT'];
    const answer = before ?? this.run(first);
    return [answer, this.verdict(second, nowHour) ?? this.run(second)];
  }

  /** Undefined: the handler runs. */
  private verdict(one: Call, nowHour: number): string | undefined {
    this.forget(nowHour);
    const known = this.remembered.find(({ key }) => key === one.key);
    if (known !== undefined) return known.text === textOf(one) ? known.answer : 'INVALID_ARGUMENT';
    const madeHour = KEY_HOURS[one.key]!;
    if (madeHour <= this.forgottenHour || madeHour > nowHour + 1) return 'FAILED_PRECONDITION';
    return undefined;
  }

  private run(one: Call): string {
    this.runs += 1;
    const { ending } = one;
    const code = ending === 'error' ? 'ABORTED ' : ending === 'typed' ? 'NOT_FOUND ' : '';
    const answer = `${code}run ${this.runs}`;
    if (ending === 'reply' || ending === 'typed') {
      this.remembered.push({ key: one.key, text: textOf(one), answer });
      while (this.remembered.length > KEYS_MAX) this.forgetOldest();
    }
    return answer;
  }

  private forget(nowHour: number): void {
    while (this.oldestHour < nowHour - RETENTION_MS / HOUR_MS) this.forgetOldest();
  }

  private get oldestHour(): number {
    return Math.min(...this.remembered.map(({ key }) => KEY_HOURS[key]!));
  }

  private forgetOldest(): void {
    const hour = this.oldestHour;
    this.remembered = this.remembered.filter(({ key }) => KEY_HOURS[key] !== hour);
    this.forgottenHour = Math.max(this.forgottenHour, hour);
  }
}

/** A server with the real thing, asked over a connection in memory. */
class Real {
  readonly memory: MemoryKeyed;
  private readonly startMs: number;
  private runs = 0;

  constructor() {
    const wallClock = () => this.memory.environment.wallClock();
    const outcomes = new MemoryOutcomes(wallClock, {
      keysMax: KEYS_MAX,
      retentionMs: RETENTION_MS,
    });
    this.memory = new MemoryKeyed((request, context) => this.pay(request, context), {}, outcomes);
    this.startMs = wallClock();
  }

  get nowHour(): number {
    return (this.memory.environment.wallClock() - this.startMs) / HOUR_MS;
  }

  answers(calls: readonly Call[]): Promise<string[]> {
    return Promise.all(calls.map((one) => this.answer(one)));
  }

  private pay(request: Note, context: CallContext): Note | Promise<Note> {
    const run = (this.runs += 1);
    if (!request.text.endsWith('true')) return pay(run, request, context);
    return new Promise((resolve) => setImmediate(resolve)).then(() => pay(run, request, context));
  }

  private async answer(one: Call): Promise<string> {
    const key = Buffer.alloc(16, one.key + 1);
    key.writeUIntBE(this.startMs + KEY_HOURS[one.key]! * HOUR_MS, 0, 6);
    try {
      return await this.memory.pay(textOf(one), key);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const name = StatusCode[error.code];
      return error.text.startsWith('run ') ? `${name} ${error.text}` : name;
    }
  }
}

describe('Keyed calls, any sequence of calls, repeats and other arguments', function () {
  this.timeout(20_000);

  it('are answered as the table of the protocol says', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const [model, real] = [new Model(), new Real()];
        for (const { calls, waitHours } of all) {
          const expected = model.answers(calls, real.nowHour);
          expect(await real.answers(calls), JSON.stringify(calls)).to.eql(expected);
          const { environment } = real.memory;
          environment.turnTo(environment.now() + Math.round(waitHours * HOUR_MS));
        }
        await real.memory.stop();
      }),
      { numRuns: 80 },
    );
  });
});
