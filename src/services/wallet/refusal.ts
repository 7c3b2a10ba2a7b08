import { RpcError, StatusCode } from '../../rpc/index';

const REFUSALS: ReadonlySet<StatusCode> = new Set([
  StatusCode.INVALID_ARGUMENT,
  StatusCode.FAILED_PRECONDITION,
  StatusCode.OUT_OF_RANGE,
]);

/**
 * Whether the server was reached, understood the call and refused what it asks. Any other error
 * means that the server is not there, does not answer or is not the one that was meant.
 */
export function isRefusal(error: unknown): error is RpcError {
  return error instanceof RpcError && REFUSALS.has(error.code);
}
