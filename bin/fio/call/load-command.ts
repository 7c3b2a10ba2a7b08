import type { DynamicMessage } from '../../../src/rpc/index';
import type { Remote } from '../remote/remote';
import { ExitCode, exitCodeOf } from '../tool/exit-codes';
import { print, type Io } from '../tool/io';
import { paintFor } from '../tool/paint';
import { printable } from '../tool/printable';
import { Progress } from '../tool/progress';
import { SilentExit } from '../tool/silent-exit';
import { callOptionsOf, type CallFlags } from './call-options';
import type { LearnedMethod } from './learned-method';
import { load } from './load';
import { loadJson, loadReport } from './load-report';
import { perform, takesMany, type Requests } from './perform';
import { manyRequests, onlyRequest } from './requests';

/**
 * `--repeat`: makes the call many times and tells how that went. Its requests are read once.
 * @throws SilentExit when a call has failed: with the status of the first that has
 */
export async function runLoad(
  learned: LearnedMethod,
  args: readonly string[],
  flags: CallFlags,
  remote: Remote,
  io: Io,
): Promise<void> {
  const calls = flags.repeat ?? 1;
  const concurrency = Math.min(flags.concurrency ?? 1, calls);
  const requestsOf = await readRequests(learned, args, io);
  const options = callOptionsOf(flags, remote.callOptions);
  const progress = new Progress(io.stderr, io.env, calls);
  const result = await load(
    { calls, concurrency, signal: io.signal },
    () => perform(learned, requestsOf(), options, () => undefined),
    (ended) => progress.tell(ended),
  ).finally(() => progress.clear());
  const paint = paintFor(io.stdout, io.env);
  const name = printable(learned.name);
  const lines =
    flags.json === true
      ? [JSON.stringify(loadJson(name, concurrency, result))]
      : loadReport(name, concurrency, result, paint);
  for (const line of lines) await print(io, line);
  if (io.signal.aborted) throw new SilentExit(ExitCode.INTERRUPTED);
  const { firstFailure } = result;
  if (firstFailure === undefined) return;
  io.stderr.write(`fio: the first that failed: ${printable(firstFailure.message)}\n`);
  throw new SilentExit(exitCodeOf(firstFailure.code));
}

/** All requests of a call, to be sent any number of times. */
async function readRequests(
  learned: LearnedMethod,
  args: readonly string[],
  { stdin }: Io,
): Promise<() => Requests> {
  if (!takesMany(learned)) {
    const one = await onlyRequest(learned, args, stdin);
    return () => ({ one });
  }
  const all: DynamicMessage[] = [];
  for await (const request of manyRequests(learned, args, stdin)) all.push(request);
  return () => ({ many: replay(all) });
}

// eslint-disable-next-line @typescript-eslint/require-await -- it stands for one that reads.
async function* replay(
  requests: readonly DynamicMessage[],
): AsyncGenerator<DynamicMessage, undefined> {
  yield* requests;
}
