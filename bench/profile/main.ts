// `make profile`: a server and a client under load, a profile of each, as flame graphs in
// .make/profile. `load=KIND` takes another load than reading balances. Started at the root.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LOAD_KINDS, toWords, type Load } from '../load';
import type { Begun, Counted, Port } from '../process/messages';
import { writeFlameGraph } from './flame-graph';
import { ProfiledProcess } from './profiled-process';
import { selfTimes, topLines } from './self-time';

const FOLDER = join('.make', 'profile');
const TIMING = { warmUpMs: 1_000, measuredMs: 9_000 };
const TOP = 10;
const ECHO_BYTES = 1_048_576;

/** As many at a time as the benchmark has in its rows. */
const IN_FLIGHT: Partial<Record<Load['kind'], number>> = { read: 64, echo: 4, pay: 1_000 };

async function main(kindText: string): Promise<void> {
  const kinds = LOAD_KINDS.filter((one) => one !== 'idle');
  const kind = kinds.find((one) => one === kindText);
  if (kind === undefined) {
    throw new Error(`no load is called '${kindText}'; there are: ${kinds.join(', ')}`);
  }
  mkdirSync(FOLDER, { recursive: true });
  const inFlight = IN_FLIGHT[kind] ?? 1;
  await runUnderLoad({ kind, connections: 1, inFlight, bytes: kind === 'echo' ? ECHO_BYTES : 0 });
  for (const name of ['server', 'client']) report(name);
}

async function runUnderLoad(load: Load): Promise<void> {
  const server = new ProfiledProcess(0, FOLDER, 'server.cpuprofile', ['server']);
  const { port } = await server.next<Port>();
  const words = ['client', String(port), ...toWords(load, TIMING)];
  const client = new ProfiledProcess(1, FOLDER, 'client.cpuprofile', words);
  const stop = showProgress(`${load.kind}, ${load.inFlight} at a time`);
  try {
    await client.next<Begun>();
    const { count, elapsedMs } = await client.next<Counted>();
    stop();
    const rate = Math.round((1_000 * count) / elapsedMs);
    process.stderr.write(`profile: ${rate} a second while profiled\n`);
  } finally {
    stop();
    await client.end();
    await server.end();
  }
}

/** A line that is written over every second on a terminal, and one line elsewhere. */
function showProgress(what: string): () => void {
  const seconds = (TIMING.warmUpMs + TIMING.measuredMs) / 1_000;
  const begunMs = performance.now();
  const { isTTY } = process.stderr;
  const draw = () => {
    const passed = Math.min(seconds, Math.round((performance.now() - begunMs) / 1_000));
    process.stderr.write(`${isTTY ? '\r' : ''}profile: ${what}, ${passed} of ${seconds} s`);
    if (!isTTY) process.stderr.write('\n');
  };
  draw();
  const timer = isTTY ? setInterval(draw, 1_000) : undefined;
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    clearInterval(timer);
    if (isTTY) process.stderr.write('\r\x1b[K');
  };
}

function report(name: string): void {
  const path = join(FOLDER, `${name}.cpuprofile`);
  const profile = readFileSync(path, 'utf8');
  const times = selfTimes(JSON.parse(profile) as Parameters<typeof selfTimes>[0]);
  const page = writeFlameGraph(FOLDER, name, profile);
  const where =
    page === undefined
      ? `speedscope could not be installed; open ${path} in the developer tools of Chrome`
      : `flame graph: open ${pathToFileURL(page).href}`;
  const lines = [`${name}, by time in the function itself:`, ...topLines(times, TOP), where];
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

main(process.env.FIO_LOAD === '' ? 'read' : (process.env.FIO_LOAD ?? 'read')).catch(
  (error: unknown) => {
    process.stderr.write(`profile: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
