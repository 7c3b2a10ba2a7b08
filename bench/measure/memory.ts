import type { Load, Timing } from '../load';
import type { Peer } from '../peers/peer';
import { residentBytes } from '../process/cpu';
import type { Collected, Open } from '../process/messages';
import type { PinnedProcess } from '../process/pinned-process';
import type { Measurement } from './measurement';
import { START_MS_MAX, withTwoProcesses } from './two-processes';

const NO_TIMING: Timing = { warmUpMs: 0, measuredMs: 0 };
const OPEN_MS_MAX = 120_000;

/**
 * KiB of the machine's memory for each connection that has made a call and idles: what a process
 * has grown by from its hundredth connection to its last, garbage collected both times.
 */
export function measureMemory(peer: Peer, connections: number): Promise<Measurement> {
  const load: Load = { kind: 'idle', connections, inFlight: 1, bytes: 0 };
  return withTwoProcesses(peer, load, NO_TIMING, async (server, client) => {
    const first = await client.next<Open>('open', START_MS_MAX);
    const before = [await collected(server), await collected(client)];
    client.tell('open the rest');
    const last = await client.next<Open>('open', OPEN_MS_MAX);
    const after = [await collected(server), await collected(client)];
    const kibOf = (end: 0 | 1) => (after[end]! - before[end]!) / 1_024 / (last.open - first.open);
    return { value: kibOf(0), clientKib: kibOf(1) };
  });
}

async function collected(program: PinnedProcess): Promise<number> {
  program.tell('collect');
  await program.next<Collected>('collected', START_MS_MAX);
  const bytes = residentBytes(program.pid);
  if (bytes === undefined) throw new Error('memory is only known on Linux, by /proc');
  return bytes;
}
