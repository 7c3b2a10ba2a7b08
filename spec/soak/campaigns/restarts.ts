import { performance } from 'node:perf_hooks';
import { client, connect, RpcError } from '../../../src/rpc/index';
import { VictimProcess } from '../../hostile/support/victim-process';
import { freePort } from '../../programs/support/ports';
import { countOf, Flow } from '../../support/flow-service';
import { note } from '../../support/probe-service';
import type { Progress, Report } from '../support/campaign';

const WORKERS = 50;
const TIMEOUT_MS = 2_000;
/** A busy machine fires timers late; whoever is later than that has hung. */
const LATE_MS_MAX = 2_000;
const UP_MS = 150;

export interface RestartsOptions {
  readonly kills: number;
}

/** A server that is killed (SIGKILL) under load and started again: every call ends in its time. */
export async function restarts(options: RestartsOptions, progress: Progress): Promise<Report> {
  const listenPort = await freePort();
  const channel = connect(`127.0.0.1:${listenPort}`);
  const flow = client(Flow, channel);
  const failures: string[] = [];
  const ended: Record<string, number> = {};
  const recoveredMs: number[] = [];
  let isOver = false;
  let calls = 0;
  let longestMs = 0;

  async function one(kind: number): Promise<void> {
    const limit = { timeoutMs: TIMEOUT_MS, waitForReady: kind % 2 === 0 };
    const startMs = performance.now();
    const call =
      kind % 3 === 0 ? countOf(flow.count(note('20'), limit)) : flow.ask(note('a'), limit);
    const outcome = await call.then(
      () => 'OK',
      (error: unknown) => {
        if (error instanceof RpcError && error.text !== '')
          return error.message.split(':')[0] ?? '';
        failures.push(`not a clear error: ${String(error)}`);
        return 'unclear';
      },
    );
    const tookMs = performance.now() - startMs;
    longestMs = Math.max(longestMs, tookMs);
    if (tookMs > TIMEOUT_MS + LATE_MS_MAX) failures.push(`a call took ${tookMs.toFixed(0)} ms`);
    ended[outcome] = (ended[outcome] ?? 0) + 1;
    calls++;
    // Who fails at once does not keep everybody else from working.
    if (outcome !== 'OK') await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async function worker(kind: number): Promise<void> {
    while (!isOver) await one(kind);
  }
  const workers = Array.from({ length: WORKERS }, (_, kind) => worker(kind));

  for (let kill = 1; kill <= options.kills; kill++) {
    const server = await VictimProcess.cold({ listenPort });
    const upMs = performance.now();
    await flow
      .ask(note('up?'), { timeoutMs: 30_000, waitForReady: true })
      .catch((error: unknown) => {
        failures.push(`not recovered after kill ${kill - 1}: ${String(error)}`);
      });
    recoveredMs.push(performance.now() - upMs);
    await new Promise((resolve) => setTimeout(resolve, UP_MS));
    await server.stop();
    progress.at(kill);
  }
  isOver = true;
  await Promise.all(workers);
  await channel.close();
  recoveredMs.sort((a, b) => a - b);
  const median = recoveredMs[Math.floor(recoveredMs.length / 2)] ?? 0;
  const codes = Object.entries(ended).map(([name, count]) => `${count} ${name}`);
  return {
    line: `${options.kills} kills, ${calls} calls (${codes.join(', ')}), the longest ${longestMs.toFixed(0)} of ${TIMEOUT_MS} ms; answered again ${median.toFixed(0)} ms (median), ${(recoveredMs.at(-1) ?? 0).toFixed(0)} ms (worst) after the server was up`,
    failures,
  };
}
