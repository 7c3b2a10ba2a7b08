import { getEventListeners } from 'node:events';
import { client, connect, RpcError, type Client } from '../../../src/rpc/index';
import { Random } from '../../fuzz/random-bytes';
import { VictimProcess } from '../../hostile/support/victim-process';
import type { Condition } from '../../hostile/support/victim';
import { countOf, Flow, textsOf } from '../../support/flow-service';
import { memoryInUse } from '../../support/memory-use';
import { note, Probe } from '../../support/probe-service';
import { mebibytes, type Progress, type Report } from '../support/campaign';

const AT_A_TIME = 100;
const WARM_UP_PART = 0.2;
/** Code is compiled after so many. */
const WARM_UP_CALLS_MIN = 2_000;
const HEAP_GROWTH_PART_MAX = 0.1;

export interface AllKindsOptions {
  readonly calls: number;
  readonly seed: number;
}

/** Calls of all kinds, well and badly ended: what is open and held is the same as at the start. */
export async function allKinds(options: AllKindsOptions, progress: Progress): Promise<Report> {
  const random = new Random(options.seed);
  const server = await VictimProcess.server({ isReleased: true });
  const channel = connect(`127.0.0.1:${server.port}`);
  const probe = client(Probe, channel);
  const flow = client(Flow, channel);
  const failures: string[] = [];
  // One signal for very many calls: each must take its listener away again.
  const shared = new AbortController();
  let begun = 0;
  let done = 0;

  async function worker(upTo: number): Promise<void> {
    while (begun < upTo) {
      begun++;
      try {
        await anyCall(random, probe, flow, shared.signal);
      } catch (error) {
        failures.push(String(error));
      }
      progress.at(++done);
    }
  }
  const all = (upTo: number): Promise<unknown> =>
    Promise.all(Array.from({ length: AT_A_TIME }, () => worker(upTo)));

  await all(Math.max(WARM_UP_CALLS_MIN, options.calls * WARM_UP_PART));
  const before = await look(server, shared.signal);
  await all(options.calls);
  const after = await look(server, shared.signal);
  for (const name of ['handles', 'listeners', 'serverHandles', 'serverRunning'] as const) {
    if (after[name] > before[name]) failures.push(`${name}: ${before[name]}, then ${after[name]}`);
  }
  for (const name of ['heapBytes', 'serverHeapBytes'] as const) {
    const growth = after[name] / before[name] - 1;
    if (growth > HEAP_GROWTH_PART_MAX)
      failures.push(`${name} grew by ${(100 * growth).toFixed(1)} %`);
  }
  await channel.close();
  await server.stop();
  return {
    line: `${done} calls, seed ${options.seed}; heap ${mebibytes(before.heapBytes)}, then ${mebibytes(after.heapBytes)}, at the server ${mebibytes(before.serverHeapBytes)}, then ${mebibytes(after.serverHeapBytes)}; handles ${before.handles}, then ${after.handles}, at the server ${before.serverHandles}, then ${after.serverHandles}; ${after.listeners} listeners and ${after.serverRunning} handlers left`,
    failures,
  };
}

interface Look {
  readonly handles: number;
  readonly heapBytes: number;
  readonly listeners: number;
  readonly serverHandles: number;
  readonly serverHeapBytes: number;
  readonly serverRunning: number;
}

async function look(server: VictimProcess, signal: AbortSignal): Promise<Look> {
  // What was given up ends a moment later at the server.
  let there: Condition = await server.condition();
  for (let round = 0; round < 50 && there.running > 0; round++) there = await server.condition();
  const { heapBytes } = await memoryInUse();
  return {
    handles: process.getActiveResourcesInfo().length,
    heapBytes,
    listeners: getEventListeners(signal, 'abort').length,
    serverHandles: there.handles,
    serverHeapBytes: there.heapBytes,
    serverRunning: there.running,
  };
}

/** @throws when the call does not end as it should */
async function anyCall(
  random: Random,
  probe: Client<typeof Probe>,
  flow: Client<typeof Flow>,
  signal: AbortSignal,
): Promise<void> {
  switch (random.below(20)) {
    case 0:
      return expectCount(5, countOf(flow.count(note('5'), { signal })));
    case 1: {
      const collect = flow.collect({ signal });
      for (let sent = 0; sent < 3; sent++) await collect.send(note('a'));
      if ((await collect.finish()).text !== '3') throw new Error('not all requests came');
      return undefined;
    }
    case 2: {
      const chat = flow.chat({ timeoutMs: 60_000 });
      await chat.send(note('b'));
      await chat.send(note('c'));
      chat.end();
      return expectCount(
        2,
        textsOf(chat).then(({ length }) => length),
      );
    }
    case 3:
      return expectCode(4, probe.hold(note(''), { timeoutMs: 1 + random.below(5) }));
    case 4: {
      const own = new AbortController();
      const call = probe.hold(note(''), { signal: own.signal });
      setImmediate(() => own.abort());
      return expectCode(1, call);
    }
    case 5:
      for await (const { text } of flow.count(note('100'))) if (text === '3') break;
      return undefined;
    default:
      await probe.echo(note('d'), { signal, timeoutMs: 60_000 });
      return undefined;
  }
}

async function expectCount(expected: number, found: Promise<number>): Promise<void> {
  const count = await found;
  if (count !== expected) throw new Error(`${count} messages, not ${expected}`);
}

async function expectCode(code: number, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (error instanceof RpcError && error.code === code) return;
    throw error;
  }
  throw new Error('the call was answered');
}
