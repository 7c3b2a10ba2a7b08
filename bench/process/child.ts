// One process of a measurement in JavaScript. The runner starts it, and it can be started by hand
// to profile it, in .make/bench/bench/process:
//   node child.js fio server              says {"port":...}, and serves until its input ends
//   node child.js fio client <port> read 1 64 0 2000 1500
//     one connection, 64 in flight, messages of 0 bytes; 2 s of warm-up, 1.5 s measured
//   node child.js alone <job> <ms>        nanoseconds that the job takes
//   node child.js start <name> <runs>     milliseconds from a program's start to its answer
import { setTimeout as sleep } from 'node:timers/promises';
import { fromWords, type Load } from '../load';
import { Meter } from '../meter';
import { loadNodePeer } from '../peers/node-peers';
import type { NodePeer, PeerConnection } from '../peers/peer';
import { collectGarbage } from './collect-garbage';
import { say } from './messages';

/** Open before the first reading of memory: what is made once for all is made by them. */
const FIRST_CONNECTIONS = 100;
const ONE = { connections: 1, inFlight: 1, bytes: 0 };

async function main(): Promise<void> {
  const [name = '', role = '', ...words] = process.argv.slice(2);
  if (name === 'alone' || name === 'start') {
    await say({ value: await byItself(name, role, Number(words[0])) });
    process.exit(0);
  }
  const peer = await loadNodePeer(name);
  if (role === 'server') {
    await say({ port: await peer.serve() });
    listenForLines(() => void collect());
    return;
  }
  const { load, timing } = fromWords(words.slice(1));
  const port = Number(words[0]);
  if (load.kind === 'idle') return idle(peer, port, load.connections);
  listenForLines(() => undefined);
  const meter = new Meter(sampleEvery(load));
  const connections = await open(peer, port, load.connections);
  const work = Promise.all(connections.map((one) => run(one, load, meter)));
  const result = measure(meter, timing.warmUpMs, timing.measuredMs);
  // The work ends first only by an error.
  await Promise.race([work, result]);
  await result;
  process.exit(0);
}

/** Loaded only when it is wanted: what a process has loaded is memory. */
async function byItself(kind: 'alone' | 'start', what: string, number: number): Promise<number> {
  if (kind === 'start') {
    const { measureStart } = await import('../start/measure-start.js');
    return measureStart(what, number);
  }
  const { nanosecondsOf } = await import('../alone/index.js');
  return nanosecondsOf(what, number);
}

/** The clock must cost little of what it measures. */
function sampleEvery({ connections, inFlight }: Load): number {
  return connections * inFlight === 1 ? 1 : 7;
}

async function measure(meter: Meter, warmUpMs: number, measuredMs: number): Promise<void> {
  await sleep(warmUpMs);
  await say({ begun: true });
  meter.start();
  const begunMs = performance.now();
  await sleep(measuredMs);
  const { count } = meter;
  const elapsedMs = performance.now() - begunMs;
  meter.isStopped = true;
  const [p50Us, p99Us] = meter.quantilesUs([0.5, 0.99]);
  await say({ count, elapsedMs, p50Us, p99Us });
}

async function idle(peer: NodePeer, port: number, count: number): Promise<void> {
  const first = Math.min(FIRST_CONNECTIONS, count);
  const connections = await open(peer, port, first);
  const steps = [
    () => collect(),
    async () => {
      connections.push(...(await open(peer, port, count - first)));
      await say({ open: connections.length });
    },
    () => collect(),
  ];
  listenForLines(() => void steps.shift()?.());
  await say({ open: first });
}

/** Each with one call behind it. */
async function open(peer: NodePeer, port: number, count: number): Promise<PeerConnection[]> {
  const connections: PeerConnection[] = [];
  for (let i = 0; i < count; i++) {
    const connection = await peer.connect(port);
    const kind = connection.read === undefined ? 'pay' : 'read';
    await run(connection, { ...ONE, kind }, new Meter(1_000_003, 1));
    connections.push(connection);
  }
  return connections;
}

function run(connection: PeerConnection, load: Load, meter: Meter): Promise<void> {
  const work = connection[load.kind];
  if (work === undefined) throw new Error(`this peer has no ${load.kind}`);
  return work(load, meter);
}

async function collect(): Promise<void> {
  await collectGarbage();
  await say({ collected: true });
}

/** Whoever started us ends, or wants no more: nobody waits for the result. */
function listenForLines(onLine: () => void): void {
  process.stdin.on('data', onLine);
  process.stdin.on('end', () => process.exit(0));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
main().catch(async (error: unknown) => {
  await say({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(1);
});
