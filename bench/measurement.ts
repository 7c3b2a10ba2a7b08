import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { machineCpuMs, processCpuMs } from './cpu';
import type { Meter } from './meter';

/** How long one cell of the table is run. */
export interface Timing {
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

/** What one run of one workload on one peer gave. */
export interface Measurement {
  readonly callsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly clientCpuUsPerCall: number;
  /** Undefined where there is no /proc, as is the next. */
  readonly serverCpuUsPerCall?: number;
  /** What other programs took meanwhile: 1 is a whole core. */
  readonly foreignCores?: number;
}

/** Let the work warm up, then measure it. The work goes on by itself meanwhile. */
export async function measure(
  meter: Meter,
  timing: Timing,
  serverPid: number,
): Promise<Measurement> {
  await sleep(timing.warmUpMs);
  meter.start();
  const before = readings(serverPid);
  await sleep(timing.measuredMs);
  const after = readings(serverPid);
  const { calls } = meter;
  meter.isStopped = true;

  const elapsedMs = after.clockMs - before.clockMs;
  const clientMs = after.clientMs - before.clientMs;
  const serverMs = difference(before.serverMs, after.serverMs);
  const machineMs = difference(before.machineMs, after.machineMs);
  const [p50Us, p99Us] = meter.quantilesUs([0.5, 0.99]) as [number, number];
  return {
    callsPerSecond: (calls / elapsedMs) * 1_000,
    p50Us,
    p99Us,
    clientCpuUsPerCall: (clientMs / calls) * 1_000,
    ...(serverMs !== undefined && { serverCpuUsPerCall: (serverMs / calls) * 1_000 }),
    ...(serverMs !== undefined &&
      machineMs !== undefined && {
        foreignCores: Math.max(0, machineMs - clientMs - serverMs) / elapsedMs,
      }),
  };
}

function readings(serverPid: number) {
  const { user, system } = process.cpuUsage();
  return {
    clockMs: performance.now(),
    clientMs: (user + system) / 1_000,
    serverMs: processCpuMs(serverPid),
    machineMs: machineCpuMs(),
  };
}

function difference(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before;
}
