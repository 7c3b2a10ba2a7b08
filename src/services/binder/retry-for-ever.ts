import type { Environment } from '../../rpc/index';

const FIRST_MS = 100;
const LONGEST_MS = 2_000;
const JITTER = 0.2;

/**
 * Does something again and again, until it is stopped: what fails, and what ends, is tried again
 * after a wait that grows as long as nothing good comes.
 * @param attempt calls `onGood` when it has worked; its signal fires with stop()
 * @param onFailure told of each failure
 * @returns stop
 */
export function retryForEver(
  environment: Pick<Environment, 'setTimer' | 'random'>,
  attempt: (signal: AbortSignal, onGood: () => void) => Promise<void>,
  onFailure: (error: Error) => void,
): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  let failures = 0;
  let timer: { cancel(): void } | undefined;

  const run = async (): Promise<void> => {
    try {
      await attempt(signal, () => (failures = 0));
    } catch (error) {
      if (!signal.aborted) onFailure(error instanceof Error ? error : new Error(String(error)));
    }
    if (signal.aborted) return;
    const delayMs = Math.min(FIRST_MS * 2 ** failures++, LONGEST_MS);
    const jitter = 1 - JITTER + 2 * JITTER * environment.random();
    timer = environment.setTimer(delayMs * jitter, () => void run());
  };
  void run();
  return () => {
    stopping.abort();
    timer?.cancel();
  };
}
