import { Buffer } from 'node:buffer';
import { hex } from './hex';
import type { RawPeer } from './raw-peer';
import type { RawFrame } from './raw-frames';
import type { CaseRecord } from './case-record';
import { descriptionLines } from './description-lines';
import { FrameQueue, optionsIn, TYPES } from './frame-queue';
import { makeKey, SeenKeys } from './keys';
import { frameProblems } from './frame-pattern';
import type { FrameName, FramePattern, MessageToSend, ScriptStep } from './model';

const FRAME_BYTES_MAX = 65_536;
const FRAME_OVERHEAD_BYTES = 16;
const FIRST_CREDIT_BYTES = 262_144;
const FIRST_IGNORABLE_TYPE = 0x80;
/** Option of docs/PROTOCOL.md §5.10. */
const KEY_TAG = 2;

/** Frames that may come at any time, so a step that expects another type does not mind them. */
const MAY_COME: readonly number[] = [TYPES.HELLO, TYPES.CREDIT, TYPES.PING, TYPES.META];
/** Frames that are always on stream 0. */
const OF_CONNECTION: readonly number[] = [TYPES.HELLO, TYPES.PING, TYPES.GOAWAY];

/** Does with one connection what a script says; bytes are those of the script. */
export class ScriptRun {
  private readonly queue: FrameQueue;
  /** Streams by the name that the script has given them, and the last of all as `call`. */
  private readonly streams = new Map<string, number>();
  private lastMethod = '';
  /** Keys in hex by the names that the script has given them, and those of a client. */
  private readonly made = new Map<string, string>();
  private readonly runs = new Map<string, number>();
  private pings = 0;

  /**
   * @param record told what the step that failed has wanted
   * @param msSinceLast from the connection before this one
   * @param seenKeys of all connections
   */
  constructor(
    private readonly peer: RawPeer,
    private readonly role: 'client' | 'server',
    private readonly record?: CaseRecord,
    private readonly msSinceLast = Infinity,
    private readonly seenKeys = new SeenKeys(),
  ) {
    this.queue = new FrameQueue(peer);
  }

  /** @throws Error that says which step was not as it has to be, and how */
  async run(steps: readonly ScriptStep[]): Promise<void> {
    for (const [index, step] of steps.entries()) {
      try {
        await this.step(step);
      } catch (error) {
        this.record?.blame(step);
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`script step ${index + 1}: ${reason}`, { cause: error });
      }
    }
  }

  private async step(step: ScriptStep): Promise<void> {
    if ('send' in step) this.send(step.send, step.zeros, step.times);
    else if ('sendMessage' in step) await this.sendMessage(step.sendMessage);
    else if ('expect' in step) await this.expect(step.expect);
    else if ('expectNo' in step) this.expectNo(step.expectNo);
    else if ('expectDataCost' in step) await this.expectDataCost(step.expectDataCost);
    else if ('ping' in step) await this.ping();
    else if ('makeKey' in step) this.made.set(step.makeKey, makeKey(step.ageMs).toString('hex'));
    else if ('expectDescription' in step) await this.expectDescription(step.expectDescription);
    else if ('expectEnded' in step) await this.queue.ended();
    else if ('close' in step) this.close(step.close);
    else this.checkTime(step.sinceLastConnectionMs.atLeast);
  }

  private send(text: string, zeros = 0, times = 1): void {
    const bytes = Buffer.concat([this.toBytes(text), Buffer.alloc(zeros)]);
    for (let count = 0; count < times; count++) this.peer.send(bytes);
  }

  /** Full frames, each when there is credit for it, and the rest. */
  private async sendMessage({ zeros, to, last }: MessageToSend): Promise<void> {
    const target = this.toBytes(to);
    const stream = target.readUInt32BE(0);
    const reply = this.role === 'server' ? 0x10 : 0;
    const lastFlag = last === true ? 0x01 : 0;
    let sentCost = 0;
    for (let at = 0; at < zeros; at += FRAME_BYTES_MAX) {
      const length = Math.min(FRAME_BYTES_MAX, zeros - at);
      const cost = FRAME_OVERHEAD_BYTES + length;
      await this.queue.until('CREDIT', () => {
        return this.hasEnded(stream) || sentCost + cost <= this.creditOf(stream);
      });
      if (this.hasEnded(stream)) return;
      sentCost += cost;
      const isLast = at + length === zeros;
      const flags = reply | (at === 0 ? 0x04 : 0) | (isLast ? lastFlag : 0x02);
      const header = Buffer.alloc(16);
      header.writeUInt32BE(length, 0);
      target.copy(header, 4, 0, 4);
      header.writeUInt8(TYPES.DATA, 8);
      header.writeUInt8(flags, 9);
      target.copy(header, 12, 4, 8);
      this.peer.send(Buffer.concat([header, Buffer.alloc(length)]));
    }
  }

  /** Whether the other end wants no more of this stream. */
  private hasEnded(stream: number): boolean {
    return this.queue.all.some((frame) => {
      return (
        frame.type === TYPES.GOAWAY ||
        (frame.stream === stream && (frame.type === TYPES.END || frame.type === TYPES.CANCEL))
      );
    });
  }

  private creditOf(stream: number): number {
    return this.framesOf(TYPES.CREDIT, stream).reduce(
      (sum, frame) => sum + frame.payload.readUInt32BE(0),
      FIRST_CREDIT_BYTES,
    );
  }

  private framesOf(type: number, stream: number): RawFrame[] {
    return this.queue.all.filter((frame) => frame.type === type && frame.stream === stream);
  }

  private async expect(pattern: FramePattern): Promise<void> {
    const type = TYPES[pattern.type];
    const isCall = type === TYPES.CALL;
    const mayCome = pattern.behindData === true ? [...MAY_COME, TYPES.DATA] : MAY_COME;
    const stream = isCall ? undefined : this.streamOf(pattern);
    const frame = await this.queue.take(pattern.type, (one) => {
      if (one.type === type) return stream === undefined || one.stream === stream;
      const isSkipped = mayCome.includes(one.type) || one.type >= FIRST_IGNORABLE_TYPE;
      return !isSkipped && !isCall && one.stream === stream;
    });
    const problems = [
      ...frameProblems(pattern, frame),
      ...this.keyProblems(pattern, frame),
      ...this.runProblems(pattern, frame),
    ];
    if (problems.length > 0) throw new Error(problems.join('; '));
    if (!isCall) return;
    this.streams.set('call', frame.stream);
    if (pattern.as !== undefined) this.streams.set(pattern.as, frame.stream);
    const method = (frame.service * 0x1_0000 + frame.method).toString(16);
    this.lastMethod = method.padStart(8, '0');
  }

  private keyProblems({ key }: FramePattern, frame: RawFrame): string[] {
    if (key === undefined) return [];
    const sent = optionsIn(frame).find(({ tag }) => tag === KEY_TAG)?.value;
    if (key === 'none') return sent === undefined ? [] : ['no key was expected (option 2)'];
    return this.seenKeys.check(key, sent, frame);
  }

  /** The number in a KeyedResponse, held against an earlier one. */
  private runProblems({ runAs, runsSince }: FramePattern, { payload }: RawFrame): string[] {
    if (runAs === undefined && runsSince === undefined) return [];
    const run = payload.readUInt32BE(2 + payload.readUInt16BE(0));
    if (runAs !== undefined) this.runs.set(runAs, run);
    if (runsSince === undefined) return [];
    const [name, from, to] = runsSince;
    const more = run - (this.runs.get(name) ?? NaN);
    if (more >= from && more <= to) return [];
    return [`${from} to ${to} calls were to be counted since '${name}', not ${more}`];
  }

  private async expectDescription(expected: readonly string[]): Promise<void> {
    const frames = async (): Promise<Buffer> => {
      const end = await this.queue.take('END', ({ type }) => type === TYPES.END);
      const problems = frameProblems({ type: 'END', code: 0 }, end);
      if (problems.length > 0) throw new Error(problems.join('; '));
      const data = this.framesOf(TYPES.DATA, end.stream).map(({ payload }) => payload);
      return Buffer.concat([...data, end.payload.subarray(2 + end.payload.readUInt16BE(0))]);
    };
    const found = new Set(descriptionLines(await frames()));
    const missing = expected.filter((line) => !found.has(line));
    if (missing.length === 0) return;
    const more = missing.length === 1 ? '' : `, and ${missing.length - 1} more`;
    throw new Error(`the description lacks '${missing[0] ?? ''}'${more}`);
  }

  private streamOf({ type, stream, as }: FramePattern): number {
    if (OF_CONNECTION.includes(TYPES[type])) return 0;
    if (stream !== undefined) return stream;
    return this.role === 'client' ? 1 : this.streamNamed(as ?? 'call');
  }

  private streamNamed(name: string): number {
    const stream = this.streams.get(name);
    if (stream === undefined) throw new Error(`the script expects no CALL as '${name}'`);
    return stream;
  }

  private expectNo(name: FrameName): void {
    const found = this.queue.rest.filter((frame) => frame.type === TYPES[name]);
    if (found.length > 0) throw new Error(`no ${name} was expected, and ${found.length} came`);
  }

  private async expectDataCost([atLeast, atMost]: readonly [number, number]): Promise<void> {
    const stream = this.streamOf({ type: 'DATA' });
    const cost = (): number =>
      this.framesOf(TYPES.DATA, stream).reduce(
        (sum, { length }) => sum + FRAME_OVERHEAD_BYTES + length,
        0,
      );
    await this.queue.until(`DATA that costs ${atLeast}`, () => cost() >= atLeast);
    if (cost() > atMost) throw new Error(`DATA costs ${cost()}, at most ${atMost} was expected`);
  }

  private async ping(): Promise<void> {
    const opaque = Buffer.alloc(8);
    opaque.writeUInt32BE(++this.pings, 4);
    this.peer.send(Buffer.concat([hex('00000008 00000000 07 00 0000 0000 0000'), opaque]));
    await this.queue.take('an answer to PING', ({ type, flags, payload }) => {
      return type === TYPES.PING && (flags & 0x10) !== 0 && payload.equals(opaque);
    });
  }

  private close(how: 'end' | 'reset'): void {
    if (how === 'end') this.peer.end();
    else this.peer.socket.resetAndDestroy();
  }

  private checkTime(atLeastMs: number): void {
    if (this.msSinceLast >= atLeastMs) return;
    const found = `it came after ${this.msSinceLast.toFixed(1)} ms`;
    throw new Error(`a connection after ${atLeastMs} ms or more was expected, ${found}`);
  }

  /** Hex, with the streams and the method that the script has named. */
  private toBytes(text: string): Buffer {
    const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => {
      if (name === 'method') return this.lastMethod;
      const made = this.made.get(name);
      if (made !== undefined) return made;
      return this.streamNamed(name).toString(16).padStart(8, '0');
    });
    return hex(filled);
  }
}
