// The process that is attacked: a server, or a client of the port that it is given. What it is asked
// and answers goes over the channel of its parent (victim-process.ts). Runs with --expose-gc.
import { readFileSync } from 'node:fs';
import { client, connect, RpcError, Server, type Limits } from '../../../src/rpc/index';
import { settle } from '../../support/fake-environment';
import { countOf, Flow, plainFlow, textsOf, type FlowHandlers } from '../../support/flow-service';
import { Note, note, plainHandlers, Probe, type ProbeHandlers } from '../../support/probe-service';

export interface VictimOptions {
  readonly limits?: Partial<Limits>;
  readonly compressedBytesMin?: number;
  /** A server: where it listens; default: any port. */
  readonly listenPort?: number;
  /** A server: its Collect reads at once, without being released. */
  readonly isReleased?: boolean;
  /** A client: of this port; else a server. */
  readonly port?: number;
  /** A client: how often it makes one call of each kind, one round after the other. */
  readonly rounds?: number;
}

/** How the victim is. */
export interface Condition {
  /** Resident now, garbage collected. */
  readonly rssBytes: number;
  /** Resident at most, since the process began. */
  readonly peakBytes: number;
  readonly heapBytes: number;
  /** Connections, timers and the like that keep the process. */
  readonly handles: number;
  readonly cpuMs: number;
  /** Handlers that have begun, that run, and that ran at most at a time. */
  readonly begun: number;
  readonly running: number;
  readonly runningMax: number;
  /** What the log was told, by its first word of capitals. */
  readonly log: Readonly<Record<string, number>>;
  /** Calls of a client that have ended: by round and status. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Properties that have appeared on Object.prototype. */
  readonly polluted: readonly string[];
}

const options = JSON.parse(process.argv[2] ?? '{}') as VictimOptions;
const collectGarbage = (globalThis as unknown as { gc: () => void }).gc;
const counts = { begun: 0, running: 0, runningMax: 0 };
const log: Record<string, number> = {};
const outcomes: Record<string, number> = {};
const WELL_KNOWN = new Set(Object.getOwnPropertyNames(Object.prototype));

function add(to: Record<string, number>, name: string): void {
  to[name] = (to[name] ?? 0) + 1;
}

async function measure(): Promise<Condition> {
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await settle(3);
  }
  const { rss, heapUsed, peak } = memoryUsage();
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return {
    rssBytes: rss,
    peakBytes: peak,
    heapBytes: heapUsed,
    handles: process.getActiveResourcesInfo().length,
    cpuMs: (userCPUTime + systemCPUTime) / 1_000,
    ...counts,
    log,
    outcomes,
    polluted: Object.getOwnPropertyNames(Object.prototype).filter((name) => !WELL_KNOWN.has(name)),
  };
}

/** It is read from files: nothing is known when there is no descriptor left. */
function memoryUsage(): { rss: number; heapUsed: number; peak: number } {
  try {
    return { ...process.memoryUsage(), peak: peakBytes() };
  } catch {
    return { rss: 0, heapUsed: 0, peak: 0 };
  }
}

/** Linux counts into maxRSS what our parent had when it forked us, but not into VmHWM. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1_024;
  const [, kibibytes] =
    /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) * 1_024;
}

async function counted<T>(run: () => T | Promise<T>): Promise<T> {
  counts.begun++;
  counts.running++;
  counts.runningMax = Math.max(counts.runningMax, counts.running);
  try {
    return await run();
  } finally {
    counts.running--;
  }
}

/** Ends two turns of the event loop after it was told to stop: what hurries the client is no help. */
const hold: ProbeHandlers['hold'] = (request, context) =>
  counted(async () => {
    try {
      return await plainHandlers.hold(request, context);
    } catch (error) {
      await settle(2);
      throw error;
    }
  });

/** Opened by the parent's 'release'. */
let release: () => void = () => undefined;
const released = new Promise<void>((resolve) => (release = resolve));

/** Reads nothing until it is told to stop, or that it may; answers how many requests came then. */
const collect: FlowHandlers['collect'] = (requests, context) =>
  counted(async () => {
    const aborted = new Promise<void>((resolve) => {
      context.signal.addEventListener('abort', () => resolve());
    });
    await Promise.race([aborted, released]);
    if (context.signal.aborted) await settle(2);
    return note(String(await countOf(requests)));
  });

/** As many notes as the text says, each with the request's blob. */
const count: FlowHandlers['count'] = function* ({ text, blob }) {
  for (let at = 0; at < Number(text); at++) yield Note.create({ text: String(at), blob });
};

async function serve(): Promise<number> {
  const server = new Server({
    ...options,
    log: (line) => add(log, /\b[A-Z][A-Z_]{3,}\b/.exec(line)?.[0] ?? line.replace(/^\S+ /, '')),
  });
  server.add(Probe, {
    echo: (request) => {
      counts.begun++;
      return request;
    },
    hold,
    check: (request) => {
      counts.begun++;
      return note([...request.counts.keys()].join());
    },
  });
  server.add(Flow, { ...plainFlow, collect, count });
  return (await server.listen({ port: options.listenPort ?? 0, host: '127.0.0.1' })).port;
}

function outcomeOf(ended: Promise<unknown>, round: number): Promise<void> {
  return ended.then(
    () => add(outcomes, `${round} OK`),
    (error: unknown) =>
      add(
        outcomes,
        error instanceof RpcError ? `${round} ${error.code}` : `foreign: ${String(error)}`,
      ),
  );
}

/** One call of each kind on a new connection: Chat is stream 1, Collect 3, Ask 5, Count 7. */
async function callEach(port: number, round: number): Promise<void> {
  const { limits = {}, compressedBytesMin = Infinity } = options;
  const channel = connect(`127.0.0.1:${port}`, { limits, compressedBytesMin });
  const flow = client(Flow, channel);
  const limit = { timeoutMs: 800, waitForReady: true };
  const chat = flow.chat(limit);
  const collecting = flow.collect(limit);
  collecting.send(note('a')).catch(() => undefined);
  chat.send(note('b')).catch(() => undefined);
  await Promise.all([
    outcomeOf(chat.next(), round),
    outcomeOf(collecting.finish(), round),
    outcomeOf(flow.ask(note('c'), limit), round),
    outcomeOf(textsOf(flow.count(note('1'), limit)), round),
  ]);
  await channel.close();
}

async function call(port: number): Promise<void> {
  for (let round = 0; round < (options.rounds ?? 1); round++) await callEach(port, round);
  process.send?.('done');
}

process.on('message', (question) => {
  if (question === 'measure') void measure().then((condition) => process.send?.(condition));
  if (question === 'release') release();
  if (question === 'begin') void call(options.port ?? 0);
});
if (options.isReleased === true) release();
if (options.port === undefined) void serve().then((port) => process.send?.(port));
else process.send?.(options.port);
