import { client, connect, RpcError, StatusCode, type Client } from '../../../src/rpc/index';
import { Random } from '../../fuzz/random-bytes';
import { VictimProcess } from '../../hostile/support/victim-process';
import { countOf, Flow } from '../../support/flow-service';
import { memoryInUse } from '../../support/memory-use';
import { note, Probe } from '../../support/probe-service';
import { mebibytes, type Progress, type Report } from '../support/campaign';

const AT_A_TIME = 500;
/** What a hundred thousand calls may leave: compiled code. */
const KEPT_BYTES_MAX = 8 * 1_048_576;

export interface CancelsOptions {
  readonly calls: number;
  readonly seed: number;
}

/** Calls that are given up at a moment that chance chooses: before, at once, meanwhile, after. */
export async function cancels(options: CancelsOptions, progress: Progress): Promise<Report> {
  const random = new Random(options.seed);
  const server = await VictimProcess.server({ isReleased: true });
  const channel = connect(`127.0.0.1:${server.port}`);
  const probe = client(Probe, channel);
  const flow = client(Flow, channel);
  const failures: string[] = [];
  const ended: Record<string, number> = {};
  let begun = 0;
  let done = 0;

  async function one(): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    const abort = (): void => controller.abort();
    const moment = random.below(5);
    if (moment === 0) abort();
    const call = anyCall(random, probe, flow, signal);
    if (moment === 1) abort();
    if (moment === 2) process.nextTick(abort);
    if (moment === 3) setImmediate(abort);
    const timer = setTimeout(abort, 1 + random.below(20));
    const outcome = await call.then(
      () => 'answered',
      (error: unknown) => {
        const isCancelled = error instanceof RpcError && error.code === StatusCode.CANCELLED;
        if (!isCancelled) failures.push(String(error));
        return isCancelled ? 'cancelled' : 'failed';
      },
    );
    clearTimeout(timer);
    ended[outcome] = (ended[outcome] ?? 0) + 1;
    progress.at(++done);
  }

  async function worker(upTo: number): Promise<void> {
    while (begun < upTo) {
      begun++;
      await one();
    }
  }
  const all = (upTo: number): Promise<unknown> =>
    Promise.all(Array.from({ length: AT_A_TIME }, () => worker(upTo)));

  await all(options.calls / 10);
  const before = await memoryInUse();
  await all(options.calls);
  const after = await memoryInUse();
  const kept = after.heapBytes - before.heapBytes;
  if (kept > KEPT_BYTES_MAX) failures.push(`the client keeps ${mebibytes(kept)}`);
  await channel.close();
  const { running, runningMax } = await server.condition();
  if (running > 0) failures.push(`${running} handlers still run`);
  await server.stop();
  return {
    line: `${done} calls, ${ended.cancelled ?? 0} cancelled, ${ended.answered ?? 0} answered before; ${runningMax} handlers at a time, none left; heap ${mebibytes(kept)} more; seed ${options.seed}`,
    failures,
  };
}

function anyCall(
  random: Random,
  probe: Client<typeof Probe>,
  flow: Client<typeof Flow>,
  signal: AbortSignal,
): Promise<unknown> {
  switch (random.below(5)) {
    case 0:
      return probe.echo(note('a'), { signal });
    case 1:
      return countOf(flow.count(note('1000'), { signal }));
    case 2: {
      const collect = flow.collect({ signal });
      collect.send(note('b')).catch(() => undefined);
      return collect.finish();
    }
    case 3: {
      const chat = flow.chat({ signal });
      chat.send(note('c')).catch(() => undefined);
      return countOf(chat);
    }
    default:
      return probe.hold(note('d'), { signal });
  }
}
