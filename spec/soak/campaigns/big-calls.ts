import { performance } from 'node:perf_hooks';
import { client, connect } from '../../../src/rpc/index';
import { VictimProcess } from '../../hostile/support/victim-process';
import { Note, Probe } from '../../support/probe-service';
import type { Progress, Report } from '../support/campaign';

const TIMEOUT_MS = 240_000;
/** What a connection may hold, and several times as much of garbage: a buffer grows by doubling. */
const SERVER_MIB_MAX = 256;

export interface BigCallsOptions {
  readonly calls: number;
  readonly bytes: number;
}

/** Calls of long messages both ways, all at once on one connection; the server is another process. */
export async function bigCalls(options: BigCallsOptions, progress: Progress): Promise<Report> {
  const server = await VictimProcess.server();
  const channel = connect(`127.0.0.1:${server.port}`);
  const probe = client(Probe, channel);
  const failures: string[] = [];
  const startMs = performance.now();
  let answered = 0;
  const one = async (index: number): Promise<void> => {
    const blob = new Uint8Array(options.bytes).fill(index);
    try {
      const reply = await probe.echo(Note.create({ blob }), { timeoutMs: TIMEOUT_MS });
      if (Buffer.compare(reply.blob, blob) !== 0) failures.push(`call ${index}: another answer`);
    } catch (error) {
      failures.push(`call ${index}: ${String(error)}`);
    }
    progress.at(++answered);
  };
  await Promise.all(Array.from({ length: options.calls }, (_, index) => one(index)));
  const seconds = (performance.now() - startMs) / 1_000;
  const { peakMiB } = await server.cost();
  const mib = (options.calls * options.bytes) / 1_048_576;
  if (peakMiB > SERVER_MIB_MAX) failures.push(`the server took ${peakMiB} MiB`);
  await channel.close();
  await server.stop();
  return {
    line: `${options.calls} concurrent calls of ${options.bytes} bytes both ways, ${Math.round(mib / seconds)} MiB/s each way, the server ${peakMiB} MiB at most`,
    failures,
  };
}
