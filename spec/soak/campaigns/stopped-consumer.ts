import { client, connect, type Channel } from '../../../src/rpc/index';
import { INITIAL_CREDIT_BYTES } from '../../../src/wire/limits';
import { VictimProcess } from '../../hostile/support/victim-process';
import { settle } from '../../support/fake-environment';
import { countOf, Flow } from '../../support/flow-service';
import { memoryInUse } from '../../support/memory-use';
import { Note } from '../../support/probe-service';
import { mebibytes, type Progress, type Report } from '../support/campaign';

const MESSAGE_BYTES = 1_000;
/** Beside the message on the wire: the frame's 16 bytes, a text of up to 8, the lengths. */
const COST_BYTES = MESSAGE_BYTES + 40;
const MEBIBYTE = 1_048_576;
/** The credit, objects for it, and what the sockets of both ends have in the kernel's place. */
const GROWTH_BYTES_MAX = 64 * MEBIBYTE;
/** What is produced and not taken stops growing well within that. */
const STALL_MS = 1_000;

export interface StoppedConsumerOptions {
  readonly streams: number;
  /** On each stream, far more than its credit. */
  readonly messages: number;
}

const blob = new Uint8Array(MESSAGE_BYTES);

/** A fast producer and a consumer that stops and goes on, each way; the server is another process. */
export async function stoppedConsumer(
  options: StoppedConsumerOptions,
  progress: Progress,
): Promise<Report> {
  const server = await VictimProcess.server();
  const channel = connect(`127.0.0.1:${server.port}`);
  const run = { ...options, server, channel, failures: [] as string[] };
  try {
    const down = await toClient(run, progress);
    const up = await toServer(run, progress);
    return { line: `${down}; ${up}`, failures: run.failures };
  } finally {
    await channel.close();
    await server.stop();
  }
}

interface Run extends StoppedConsumerOptions {
  readonly server: VictimProcess;
  readonly channel: Channel;
  readonly failures: string[];
}

async function toClient(run: Run, progress: Progress): Promise<string> {
  const { streams, messages, server, channel, failures } = run;
  const before = await memoryInUse();
  await server.settled();
  const request = Note.create({ text: String(messages), blob });
  const calls = Array.from({ length: streams }, () => client(Flow, channel).count(request));
  await new Promise((resolve) => setTimeout(resolve, STALL_MS));
  const held = await grown(before);
  const { peakMiB } = await server.cost();
  if (held > GROWTH_BYTES_MAX) failures.push(`the client holds ${mebibytes(held)}`);
  if (peakMiB * MEBIBYTE > GROWTH_BYTES_MAX) failures.push(`the server took ${peakMiB} MiB`);
  let taken = 0;
  await Promise.all(calls.map((call) => countOf(call, () => progress.at(++taken))));
  if (taken !== streams * messages) failures.push(`${taken} replies came`);
  return `to a stopped client: it held ${mebibytes(held)}, the server ${peakMiB} MiB at most, then ${taken} replies came`;
}

async function toServer(run: Run, progress: Progress): Promise<string> {
  const { streams, messages, server, channel, failures } = run;
  const before = await memoryInUse();
  await server.settled();
  let sent = 0;
  const request = Note.create({ blob });
  const calls = Array.from({ length: streams }, async () => {
    const call = client(Flow, channel).collect();
    for (let count = 0; count < messages; count++) {
      await call.send(request);
      sent++;
    }
    return (await call.finish()).text;
  });
  await new Promise((resolve) => setTimeout(resolve, STALL_MS));
  const stoppedAt = sent;
  await settle(50);
  const most = streams * (Math.ceil(INITIAL_CREDIT_BYTES / (COST_BYTES - 24)) + 1);
  if (stoppedAt > most)
    failures.push(`${stoppedAt} requests were sent to a handler that reads none`);
  if (sent !== stoppedAt) failures.push(`${sent - stoppedAt} more were sent after a second`);
  const held = await grown(before);
  const { peakMiB } = await server.cost();
  if (held > GROWTH_BYTES_MAX) failures.push(`the client holds ${mebibytes(held)}`);
  if (peakMiB * MEBIBYTE > GROWTH_BYTES_MAX) failures.push(`the server took ${peakMiB} MiB`);
  server.release();
  const answers = await Promise.all(calls);
  progress.at(2 * streams * messages);
  if (answers.some((text) => text !== String(messages))) failures.push('requests were lost');
  return `to a stopped server: ${stoppedAt} requests were sent, it held ${peakMiB} MiB at most, then all ${sent} came`;
}

async function grown(before: { heapBytes: number; bufferBytes: number }): Promise<number> {
  const { heapBytes, bufferBytes } = await memoryInUse();
  return heapBytes + bufferBytes - before.heapBytes - before.bufferBytes;
}
