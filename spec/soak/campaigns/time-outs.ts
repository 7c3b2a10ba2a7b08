import { performance } from 'node:perf_hooks';
import { client, connect, RpcError, StatusCode } from '../../../src/rpc/index';
import { VictimProcess } from '../../hostile/support/victim-process';
import { note, Probe } from '../../support/probe-service';
import type { Progress, Report } from '../support/campaign';

/** One connection has 1 024 slots. */
const CALLS_PER_CHANNEL = 1_000;
/** A busy machine fires timers late; whoever is later than that has hung. */
const LATE_MS_MAX = 5_000;

export interface TimeOutsOptions {
  readonly calls: number;
  readonly timeoutMs: number;
}

/** Calls that nobody answers, all with one time limit: each ends by it, at both ends. */
export async function timeOuts(options: TimeOutsOptions, progress: Progress): Promise<Report> {
  const { calls, timeoutMs } = options;
  const server = await VictimProcess.server();
  const failures: string[] = [];
  const channels = Array.from({ length: Math.ceil(calls / CALLS_PER_CHANNEL) }, () =>
    connect(`127.0.0.1:${server.port}`),
  );
  const probes = channels.map((channel) => client(Probe, channel));
  await Promise.all(probes.map((probe) => probe.echo(note(''))));
  const handlesBefore = process.getActiveResourcesInfo().length;
  const lateMs: number[] = [];
  const one = async (index: number): Promise<void> => {
    const dueMs = performance.now() + timeoutMs;
    const probe = probes[Math.floor(index / CALLS_PER_CHANNEL)];
    try {
      await probe?.hold(note(''), { timeoutMs });
      failures.push(`call ${index} was answered`);
    } catch (error) {
      const isTimeOut = error instanceof RpcError && error.code === StatusCode.DEADLINE_EXCEEDED;
      if (!isTimeOut) failures.push(`call ${index}: ${String(error)}`);
    }
    lateMs.push(performance.now() - dueMs);
    progress.at(lateMs.length);
  };
  await Promise.all(Array.from({ length: calls }, (_, index) => one(index)));
  lateMs.sort((a, b) => a - b);
  const late = (part: number): string => (lateMs[Math.floor((calls - 1) * part)] ?? 0).toFixed(1);
  if ((lateMs.at(-1) ?? 0) > LATE_MS_MAX) failures.push(`a call ended ${late(1)} ms late`);
  const handles = process.getActiveResourcesInfo().length;
  if (handles > handlesBefore) failures.push(`${handles} handles, before it were ${handlesBefore}`);
  await Promise.all(channels.map((channel) => channel.close()));
  const { running, runningMax } = await server.condition();
  if (running > 0) failures.push(`${running} handlers still run`);
  await server.stop();
  return {
    line: `${calls} calls with a limit of ${timeoutMs} ms, ${runningMax} handlers at a time, ended late by ${late(0.5)} ms (median), ${late(0.99)} (99 %), ${late(1)} (all)`,
    failures,
  };
}
