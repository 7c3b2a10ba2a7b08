import { client, connect, type Channel } from '../../../src/rpc/index';
import { VictimProcess } from '../../hostile/support/victim-process';
import { note, Probe } from '../../support/probe-service';
import type { Progress, Report } from '../support/campaign';

/** Connections that are made at a time: the listener's queue is bounded. */
const AT_A_TIME = 500;
const DESCRIPTORS = 20_000;
const KIB_PER_CONNECTION_MAX = 64;

export interface ConnectionsOptions {
  readonly connections: number;
}

/** Connections, each with a call, then idle, then all with a call at once; two processes. */
export async function connections(
  options: ConnectionsOptions,
  progress: Progress,
): Promise<Report> {
  const count = options.connections;
  const limits = { connectionsMax: count + 10 };
  const server = await VictimProcess.server({ limits }, Math.min(DESCRIPTORS, count + 1_000));
  const failures: string[] = [];
  const channels: Channel[] = [];
  const before = await server.condition();

  const ask = async (channel: Channel): Promise<void> => {
    try {
      await client(Probe, channel).echo(note('a'), { timeoutMs: 60_000, waitForReady: true });
    } catch (error) {
      failures.push(String(error));
    }
  };
  while (channels.length < count) {
    const some = Array.from({ length: Math.min(AT_A_TIME, count - channels.length) }, () =>
      connect(`127.0.0.1:${server.port}`, { connectTimeoutMs: 30_000 }),
    );
    channels.push(...some);
    await Promise.all(some.map(ask));
    progress.at(channels.length);
  }
  const idle = await server.condition();
  await Promise.all(channels.map(ask));
  const handles = idle.handles - before.handles;
  if (handles < count) failures.push(`the server has ${handles} sockets`);
  const kib = (idle.rssBytes - before.rssBytes) / 1_024 / count;
  if (kib > KIB_PER_CONNECTION_MAX) failures.push(`${kib.toFixed(1)} KiB for each connection`);
  await Promise.all(channels.map((channel) => channel.close()));
  const left = await leftOver(server, before.handles);
  if (left > 0) failures.push(`${left} handles are left at the server`);
  await server.stop();
  return {
    line: `${count} connections, ${2 * count} calls; the server ${kib.toFixed(1)} KiB resident for each idle connection; no handle left`,
    failures,
  };
}

/** The last sockets close a moment after their clients. */
async function leftOver(server: VictimProcess, handlesBefore: number): Promise<number> {
  let left = 0;
  for (let round = 0; round < 50; round++) {
    left = (await server.condition()).handles - handlesBefore;
    if (left <= 0) return 0;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return left;
}
