// The message system from 30 emissores and 40 exibidores up to all of them, and with 10 exibidores
// stopped in the middle: node -r ts-node/register spec/soak/messages.ts [seconds for each figure].
// Prints two tables; fails when a message is lost.
import { readFileSync } from 'node:fs';
import { Load, type Delivered } from '../services/messages/load';
import { StoppedExibidores } from '../services/messages/stopped-exibidores';
import { Stage, type Program } from '../programs/support/program';

const SIZES = [
  [30, 40],
  [100, 100],
  [300, 300],
  [999, 1_000],
] as const;
const seconds = Number(process.argv[2] ?? 5);
const BROADCASTS_AT_A_TIME = 8;
const STOPPED = 10;
/** More than the server keeps for an exibidor, so that something is missed. */
const WHILE_STOPPED = 600;
const stage = new Stage();

interface Served {
  readonly server: Program;
  readonly port: number;
}

async function serve(): Promise<Served> {
  const server = stage.start('servidor', []);
  return { server, port: Number((await server.nextLine()).split(' ').at(-1)) };
}

/** MiB of a process: VmRSS now, VmHWM at most. */
function memory({ child }: Program, field: 'VmRSS' | 'VmHWM'): string {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return (Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024).toFixed(0);
}

/** As often as it takes to fill the time, from what a first try shows. */
async function forSeconds(run: (count: number) => Promise<Delivered>, first: number) {
  const trial = await run(first);
  return run(Math.max(first, Math.round((first / trial.seconds) * seconds)));
}

const rate = (count: number, { seconds: took }: Delivered): string =>
  Math.round(count / took).toLocaleString('en');
const ms = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

async function measureSizes(): Promise<void> {
  console.log(
    '| emissores × exibidores | to all: deliveries/s | p50 ms | p99 ms | ' +
      'one at a time: p50 ms | p99 ms | to one: messages/s | p50 ms | p99 ms | server MiB (most) |',
  );
  console.log(`|---|${'--:|'.repeat(9)}`);
  for (const [emissores, exibidores] of SIZES) {
    const { server, port } = await serve();
    const load = await Load.join(port, emissores, exibidores);
    const idle = memory(server, 'VmRSS');
    const many = await forSeconds((count) => load.broadcast(count, BROADCASTS_AT_A_TIME), 50);
    const single = await forSeconds((count) => load.broadcast(count, 1), 20);
    const toOne = await forSeconds((count) => load.sendToOne(count, emissores), 2_000);
    console.log(
      `| ${emissores} × ${exibidores} | ${rate(many.deliveries, many)} | ${ms(many.p50Ms)} | ` +
        `${ms(many.p99Ms)} | ${ms(single.p50Ms)} | ${ms(single.p99Ms)} | ` +
        `${rate(toOne.deliveries, toOne)} | ${ms(toOne.p50Ms)} | ${ms(toOne.p99Ms)} | ` +
        `${idle} (${memory(server, 'VmHWM')}) |`,
    );
    await load.leave();
    await stage.clear();
  }
}

async function measureStopped(): Promise<void> {
  const { server, port } = await serve();
  const load = await Load.join(port, 30, 200);
  const stopped = await StoppedExibidores.start(stage, `127.0.0.1:${port}`, 1_900, STOPPED);
  const run = () => load.broadcast(WHILE_STOPPED, BROADCASTS_AT_A_TIME);
  await run();
  const before = await run();
  stopped.stop();
  const during = await run();
  stopped.goOn();
  const after = await run();
  await load.leave();
  server.child.kill('SIGINT');
  const counts = await stopped.counts();
  console.log(
    `\n| 200 exibidores, and ${STOPPED} of their own | deliveries/s to the 200 | p50 ms | p99 ms | most ms |`,
  );
  console.log('|---|--:|--:|--:|--:|');
  for (const [name, figures] of [
    ['before', before],
    ['stopped', during],
    ['after', after],
  ] as const) {
    console.log(
      `| ${name} | ${rate(figures.deliveries, figures)} | ${ms(figures.p50Ms)} | ` +
        `${ms(figures.p99Ms)} | ${ms(figures.maxMs)} |`,
    );
  }
  const lost = counts.filter(({ shown, missed }) => shown + missed !== 4 * WHILE_STOPPED);
  console.log(
    `\nof ${4 * WHILE_STOPPED}, the ${STOPPED} have shown / were told they missed: ${counts
      .map(({ shown, missed }) => `${shown}/${missed}`)
      .join(' ')}`,
  );
  if (lost.length > 0) throw new Error(`${lost.length} exibidores have lost messages untold`);
}

async function main(): Promise<void> {
  try {
    await measureSizes();
    await measureStopped();
  } finally {
    await stage.clear();
  }
}

void main();
