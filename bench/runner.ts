import type { Measurement, Timing } from './measurement';
import { PEERS } from './peers/index';
import { PinnedProcess } from './pinned-process';
import { WORKLOADS } from './workloads/index';

const START_MS_MAX = 10_000;
const SERVER_CORE = 0;
const CLIENT_CORE = 1;

/** One measurement: a new server, a new client, nothing left over from the one before. */
export async function runCell(
  peerIndex: number,
  workloadIndex: number,
  timing: Timing,
): Promise<Measurement> {
  const title = `${PEERS[peerIndex]!.name}, ${WORKLOADS[workloadIndex]!.name}`;
  const warmUpMs = timing.warmUpMs * PEERS[peerIndex]!.warmUpFactor;
  const server = new PinnedProcess(`the server of ${title}`, SERVER_CORE, ['server', peerIndex]);
  try {
    const ready = await server.result(START_MS_MAX);
    if (!('port' in ready)) throw new Error(`the server of ${title} has no port`);
    const client = new PinnedProcess(`the client of ${title}`, CLIENT_CORE, [
      'client',
      peerIndex,
      workloadIndex,
      ready.port,
      server.pid,
      warmUpMs,
      timing.measuredMs,
    ]);
    try {
      const done = await client.result(START_MS_MAX + warmUpMs + timing.measuredMs);
      if (!('measurement' in done)) throw new Error(`the client of ${title} has no result`);
      return done.measurement;
    } finally {
      await client.end();
    }
  } finally {
    await server.end();
  }
}
