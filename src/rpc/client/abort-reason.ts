import { RpcError, StatusCode } from '../status';

/** Whether a signal has fired for a time limit: AbortSignal.timeout() is one, a parent's is too. */
export function isTimeLimit(reason: unknown): boolean {
  if (reason instanceof RpcError) return reason.code === StatusCode.DEADLINE_EXCEEDED;
  return reason instanceof Error && reason.name === 'TimeoutError';
}
