// One process of a measurement. The runner starts it, and it can be started by hand to profile it:
//   node child.js server <peer>                                   says {"port":...} and serves
//   node child.js client <peer> <workload> <port> <server's pid> <warm-up ms> <measured ms>
// where <peer> and <workload> count from 0 in PEERS and WORKLOADS.
import { measure, type Measurement } from './measurement';
import { Meter } from './meter';
import { PEERS } from './peers/index';
import type { Peer } from './peers/peer';
import { WORKLOADS } from './workloads/index';

/** What a process says, once. */
export type ChildMessage =
  { readonly port: number } | { readonly measurement: Measurement } | { readonly error: string };

async function main(): Promise<void> {
  // Whoever started us is gone: nobody waits for the result.
  process.once('disconnect', () => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => process.exit(0));
  }
  const [role, peerIndex, ...rest] = process.argv.slice(2);
  const peer = PEERS[Number(peerIndex)];
  if (peer === undefined) throw new Error(`there is no peer ${peerIndex ?? ''}`);
  if (role === 'server') {
    await say({ port: await peer.serve() });
    return;
  }
  await say({ measurement: await runClient(peer, rest.map(Number)) });
  process.exit(0);
}

async function runClient(peer: Peer, args: readonly number[]): Promise<Measurement> {
  const [workloadIndex, port, serverPid, warmUpMs, measuredMs] = args as [
    number,
    number,
    number,
    number,
    number,
  ];
  const workload = WORKLOADS[workloadIndex];
  if (workload === undefined) throw new Error(`there is no workload ${workloadIndex}`);
  const meter = new Meter(workload.sampleEvery);
  const work = workload.run(peer, port, meter);
  const result = measure(meter, { warmUpMs, measuredMs }, serverPid);
  // The work ends first only by an error.
  await Promise.race([work, result]);
  return result;
}

function say(message: ChildMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) {
      console.log(JSON.stringify(message));
      resolve();
    } else {
      process.send(message, undefined, {}, () => resolve());
    }
  });
}

main().catch(async (error: unknown) => {
  await say({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(1);
});
