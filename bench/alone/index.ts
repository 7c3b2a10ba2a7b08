// Work that needs no other process: codecs, frames, the embedded database.
import { CODEC_JOBS } from './codec';
import { FRAMING_JOBS } from './framing';
import { databaseJob } from './database';

/** Does something so many times. */
export type Job = (times: number) => void;

const JOBS: Readonly<Record<string, () => Job>> = {
  ...CODEC_JOBS,
  ...FRAMING_JOBS,
  'database-1': () => databaseJob(1),
  'database-64': () => databaseJob(64),
  'database-1000': () => databaseJob(1_000),
};

const BATCH_MS = 5;

/** How long a job takes each time, in nanoseconds: the median of many batches. */
export function nanosecondsOf(name: string, measuredMs: number): Promise<number> {
  const prepare = JOBS[name];
  if (prepare === undefined) throw new Error(`there is no job ${name}`);
  const job = prepare();
  let times = 16;
  while (nanosecondsFor(job, times) < BATCH_MS * 1e6) times *= 2;
  const samples: number[] = [];
  const begunMs = performance.now();
  while (performance.now() - begunMs < 2 * measuredMs) {
    const sample = nanosecondsFor(job, times) / times;
    // The first half is for the compiler.
    if (performance.now() - begunMs > measuredMs) samples.push(sample);
  }
  samples.sort((a, b) => a - b);
  return Promise.resolve(samples[Math.floor(samples.length / 2)] ?? Infinity);
}

function nanosecondsFor(job: Job, times: number): number {
  const begun = process.hrtime.bigint();
  job(times);
  return Number(process.hrtime.bigint() - begun);
}
