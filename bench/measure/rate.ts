import type { Load, Timing } from '../load';
import type { Peer } from '../peers/peer';
import { ForeignLoad, treeCpuMs } from '../process/cpu';
import type { Begun, Counted } from '../process/messages';
import type { Measurement } from './measurement';
import { START_MS_MAX, withTwoProcesses } from './two-processes';

/** Calls, or items, per second, and what each costs at both ends. */
export function measureRate(peer: Peer, load: Load, timing: Timing): Promise<Measurement> {
  const { measuredMs } = timing;
  const warmUpMs = Math.round(timing.warmUpMs * peer.warmUpFactor);
  return withTwoProcesses(peer, load, { warmUpMs, measuredMs }, async (server, client) => {
    const pids = [server.pid, client.pid] as const;
    const readCpu = () => pids.map(treeCpuMs) as [number | undefined, number | undefined];
    await client.next<Begun>('begun', START_MS_MAX + warmUpMs);
    const foreign = new ForeignLoad();
    const before = readCpu();
    const { count, elapsedMs, p50Us, p99Us } = await client.next<Counted>(
      'count',
      START_MS_MAX + measuredMs,
    );
    const after = readCpu();
    const foreignCores = foreign.cores();
    if (count === 0) throw new Error(`${peer.name}: nothing was answered while it was measured`);
    const perCallUs = (end: 0 | 1) => {
      const [from, to] = [before[end], after[end]];
      return from === undefined || to === undefined ? undefined : ((to - from) / count) * 1_000;
    };
    return {
      value: (count / elapsedMs) * 1_000,
      p50Us,
      p99Us,
      serverCpuUs: perCallUs(0),
      clientCpuUs: perCallUs(1),
      foreignCores,
    };
  });
}
