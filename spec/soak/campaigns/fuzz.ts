import { Connection } from '../../../src/rpc/connection';
import { FuzzedClient } from '../../fuzz/fuzzed-client';
import { FuzzedServer } from '../../fuzz/fuzzed-server';
import { clientInput } from '../../fuzz/hostile-client';
import { serverInput } from '../../fuzz/hostile-server';
import { ByteProgram, Random } from '../../fuzz/random-bytes';
import { memoryInUse } from '../../support/memory-use';
import { mebibytes, type Progress, type Report } from '../support/campaign';

/** Per connection: longer conversations than in the specs, so that state gathers. */
const CLIENT_FRAMES_MAX = 120;
const SERVER_FRAMES_MAX = 60;
const MUTANT_EVERY = 150;
const PROGRAM_BYTES = 400;
/** Compiled code, and the pool of slabs that all connections share; as in the specs. */
const HEAP_GROWTH_BYTES_MAX = 8_000_000;
const BUFFER_GROWTH_BYTES_MAX = 18_000_000;
/** From here on memory is compared: the code has been compiled, the pool filled. */
const WARM_UP_PART = 0.05;
/** How often the server is asked whether it still serves. */
const ASK_EVERY = 1_000;

export interface FuzzOptions {
  /** To be read by the server and by the clients, together: what comes behind a violation is not. */
  readonly frames: number;
  readonly seed: number;
}

/**
 * Frames, broken frames, random programs and random cuts, at a server and at clients by turns. No
 * foreign exception, no growth of memory, still usable afterwards.
 */
export async function fuzz(options: FuzzOptions, progress: Progress): Promise<Report> {
  const random = new Random(options.seed);
  const server = new FuzzedServer();
  const clients = new FuzzedClient();
  const counter = countFramesRead();
  const failures: string[] = [];
  let connections = 0;
  let warm: { heapBytes: number; bufferBytes: number } | undefined;

  /** What has gone wrong, with where: the seed and the number of the connection repeat it. */
  function look(): void {
    const found = [
      ...server.unexpected.splice(0).map((line) => `the server said: ${line}`),
      ...clients.foreign.splice(0).map((error) => `a call failed by ${String(error)}`),
    ];
    if (clients.broken > 0) found.push('a channel was not answered by the next server');
    clients.broken = 0;
    for (const one of found) failures.push(`seed ${options.seed}, ${connections}: ${one}`);
  }

  while (counter.read < options.frames) {
    connections++;
    const isProgram = connections % 4 === 0;
    const choices = isProgram ? new ByteProgram(random.bytes(PROGRAM_BYTES)) : random;
    if (connections % 2 === 0) {
      const input = clientInput(choices, CLIENT_FRAMES_MAX, MUTANT_EVERY);
      await server.play(input, choices);
      counter.sent += input.frames;
    } else {
      const input = serverInput(choices, SERVER_FRAMES_MAX, MUTANT_EVERY);
      await clients.play(input, choices);
      counter.sent += input.frames;
    }
    look();
    if (connections % ASK_EVERY === 0 && !(await server.serves())) {
      failures.push(`seed ${options.seed}, ${connections}: the server serves nobody`);
    }
    if (warm === undefined && counter.read > options.frames * WARM_UP_PART) {
      warm = await memoryInUse();
    }
    progress.at(counter.read);
  }
  counter.stop();
  await server.environment.advance(200_000);
  const now = await memoryInUse();
  const heapGrowth = now.heapBytes - (warm?.heapBytes ?? 0);
  const bufferGrowth = now.bufferBytes - (warm?.bufferBytes ?? 0);
  if (heapGrowth > HEAP_GROWTH_BYTES_MAX) failures.push(`${heapGrowth} bytes of objects are kept`);
  if (bufferGrowth > BUFFER_GROWTH_BYTES_MAX)
    failures.push(`${bufferGrowth} bytes of buffers are kept`);
  if (server.running > 0) failures.push(`${server.running} handlers still run`);
  if (clients.settled < clients.calls) failures.push('not every call has ended');
  if (!(await server.closes())) failures.push('the server holds a connection');
  const memory = `heap ${mebibytes(heapGrowth)}, buffers ${mebibytes(bufferGrowth)} more`;
  return {
    line: `${counter.read} frames read of ${counter.sent} sent in ${connections} connections, seed ${options.seed}, ${memory}`,
    failures,
  };
}

/** Counts every frame that a connection of this process reads, until stop(). */
function countFramesRead(): { read: number; sent: number; stop(): void } {
  const { prototype } = Connection;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
  const { onFrame } = prototype;
  const counter = { read: 0, sent: 0, stop: () => void (prototype.onFrame = onFrame) };
  prototype.onFrame = function counted(...frame) {
    counter.read++;
    onFrame.apply(this, frame);
  };
  return counter;
}
