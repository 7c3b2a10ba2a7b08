import {
  type CallOutcome,
  type ClientInterceptor,
  RpcError,
  StatusCode,
} from '../../src/rpc/index';

/**
 * A call that waits for its server does not wait for one that TLS refuses: a certificate does not
 * get better by waiting. The first try shows it; whatever else went wrong is waited for as asked.
 */
export const failAtOnceWhenUntrusted: ClientInterceptor = (call, next) => {
  // A call that streams has no promise to look at: it waits in any case.
  if (call.method.kind !== 'unary' || call.options.waitForReady !== true) return next(call);
  const impatient = { ...call, options: { ...call.options, waitForReady: false } };
  return tryFirst(
    () => next(impatient),
    () => next(call),
  );
};

async function tryFirst(first: () => CallOutcome, wait: () => CallOutcome): Promise<unknown> {
  try {
    return await first();
  } catch (error) {
    const isUnreached =
      error instanceof RpcError &&
      error.code === StatusCode.UNAVAILABLE &&
      error.isLocal &&
      !error.mayHaveActed;
    if (!isUnreached || isOfTls(error.cause)) throw error;
    return await wait();
  }
}

/** The system's errors are called ECONNREFUSED and the like; those of TLS CERT_… or ERR_SSL_…. */
function isOfTls(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    !/^E(?!RR_)/.test(error.code)
  );
}
