import { RpcError } from '../../src/rpc/index';

/** The RpcError by which a call fails; fails itself when the call is answered. */
export async function failureOf(call: Promise<unknown>): Promise<RpcError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof RpcError) return error;
    throw error;
  }
  throw new Error('the call was answered');
}

/** The Error by which anything fails; undefined when it does not. */
export async function errorOf(
  promise: Promise<unknown>,
): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  return undefined;
}

/** How a call has ended so far: its value, its error, or undefined while it is in progress. */
export function watch<T>(call: Promise<T>): { value?: T; error?: RpcError; isOver: boolean } {
  const outcome: { value?: T; error?: RpcError; isOver: boolean } = { isOver: false };
  call.then(
    (value) => Object.assign(outcome, { value, isOver: true }),
    (error: unknown) => Object.assign(outcome, { error, isOver: true }),
  );
  return outcome;
}
