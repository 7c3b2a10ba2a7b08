import { RpcError, StatusCode } from '../../../src/rpc/index';
import { Latencies } from './latencies';

export interface LoadResult {
  readonly latencies: Latencies;
  /** By the name of the status; those that were not made are not among them. */
  readonly statuses: ReadonlyMap<StatusCode, number>;
  /** Of the first call that failed. */
  readonly firstFailure: RpcError | undefined;
  readonly elapsedMs: number;
}

/**
 * Makes calls, so many at a time: the next begins when one has ended. Latencies are of all calls,
 * also of those that failed.
 * @param call makes one call, to its end
 * @param onEnd told how many have ended
 * @throws what a call throws that is no RpcError
 */
export async function load(
  init: { readonly calls: number; readonly concurrency: number; readonly signal: AbortSignal },
  call: () => Promise<void>,
  onEnd: (ended: number) => void,
): Promise<LoadResult> {
  const latencies = new Latencies();
  const statuses = new Map<StatusCode, number>();
  let firstFailure: RpcError | undefined;
  const isStopped = (): boolean => init.signal.aborted;
  let started = 0;
  let ended = 0;
  const startedMs = performance.now();
  const work = async (): Promise<void> => {
    while (started < init.calls && !isStopped()) {
      started += 1;
      const beginMs = performance.now();
      let code = StatusCode.OK;
      try {
        await call();
      } catch (error) {
        // Those that Ctrl-C has ended say nothing of the server.
        if (isStopped()) return;
        if (!(error instanceof RpcError)) throw error;
        code = error.code;
        firstFailure ??= error;
      }
      latencies.record(performance.now() - beginMs);
      statuses.set(code, (statuses.get(code) ?? 0) + 1);
      ended += 1;
      onEnd(ended);
    }
  };
  await Promise.all(Array.from({ length: Math.min(init.concurrency, init.calls) }, work));
  return { latencies, statuses, firstFailure, elapsedMs: performance.now() - startedMs };
}
