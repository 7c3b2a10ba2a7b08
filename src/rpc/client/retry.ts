import { TIMEOUT_MS_MAX } from '../../wire/limits';
import { currentCall, type ParentCall } from '../current-call';
import type { Environment } from '../environment';
import { perhapsActed, RpcError, StatusCode } from '../status';
import { isTimeLimit } from './abort-reason';
import type { CallOptions } from './call';
import type { CallOutcome, ClientInterceptor, OutgoingCall } from './interceptor';

/** When unary calls that have failed are made again. docs/PROTOCOL.md §9.2. */
export interface RetryPolicy {
  /** Tries of one call, the first counted; default 4. */
  readonly attemptsMax?: number;
  /**
   * Whether a call with a time limit is tried as long as that lasts, however often; attemptsMax is for
   * the others then. Default: no.
   */
  readonly untilDeadline?: boolean;
  /** Before the second try; doubled for each further one, ± 20 %. Default 50. */
  readonly firstDelayMs?: number;
  /** Longest wait between two tries; default 2 000. */
  readonly delayMsMax?: number;
  /**
   * The channel's budget (gRPC's retry throttling, A6): a failure takes 1, a success gives 0.1 back,
   * and below half nothing is tried again, so that retries do not finish off a server that is down.
   * Calls that are lost with one connection are one failure. Default 10.
   */
  readonly tokensMax?: number;
}

/**
 * For keyed methods, where a lost answer must not surface as an error while it can be asked for
 * again: as long as the caller would wait, and with a wide budget.
 */
export const KEYED_RETRY: RetryPolicy = { untilDeadline: true, tokensMax: 10_000 };

/** On the wire it is a byte. */
const ATTEMPT_MAX = 255;

const TOKENS_PER_SUCCESS = 0.1;
const JITTER = 0.2;

/**
 * Tries again what may be tried again: unary calls of methods marked IDEMPOTENT or KEYED that end
 * with UNAVAILABLE, within the time limit of the first. A server that asks to wait is obeyed.
 */
export function retry(environment: Environment, policy: RetryPolicy): ClientInterceptor {
  const { attemptsMax = 4, firstDelayMs = 50, delayMsMax = 2_000, tokensMax = 10 } = policy;
  const { untilDeadline = false } = policy;
  let tokens = tokensMax;
  /** Calls that fail together are given the same error. */
  const counted = new WeakSet<RpcError>();

  const isRetriable = (thrown: unknown): thrown is RpcError => {
    if (!(thrown instanceof RpcError) || thrown.code !== StatusCode.UNAVAILABLE) return false;
    if (!counted.has(thrown)) tokens = Math.max(0, tokens - 1);
    counted.add(thrown);
    return tokens > tokensMax / 2;
  };

  const delayMs = (error: RpcError, attempt: number): number => {
    if (error.retryAfterMs !== undefined) return error.retryAfterMs;
    const grown = Math.min(firstDelayMs * 2 ** (attempt - 1), delayMsMax);
    return grown * (1 - JITTER + 2 * JITTER * environment.random());
  };

  const succeeded = (reply: unknown): unknown => {
    tokens = Math.min(tokensMax, tokens + TOKENS_PER_SUCCESS);
    return reply;
  };

  const again = async (
    thrownFirst: unknown,
    call: OutgoingCall,
    next: (call: OutgoingCall) => CallOutcome,
    parent: ParentCall | undefined,
    untilMs: number,
  ): Promise<unknown> => {
    const triesMax = untilDeadline && untilMs !== Infinity ? Infinity : attemptsMax;
    let thrown = thrownFirst;
    let hasPerhapsActed = false;
    for (let attempt = 1; ; attempt++) {
      const error: unknown = hasPerhapsActed ? perhapsActed(thrown) : thrown;
      // Counted as it was thrown: perhapsActed() makes another one for each call.
      if (!isRetriable(thrown) || !(error instanceof RpcError)) throw error;
      hasPerhapsActed = error.mayHaveActed;
      const waitMs = attempt < triesMax ? delayMs(error, attempt) : Infinity;
      if (waitMs > TIMEOUT_MS_MAX || environment.now() + waitMs >= untilMs) throw error;
      const fired = await pause(environment, waitMs, [call.options.signal, parent?.signal]);
      if (fired !== undefined) throw givenUp(fired.reason, error);
      try {
        const options = triedBefore(call, attempt, untilMs, environment);
        return succeeded(await next({ ...call, options }));
      } catch (failure) {
        thrown = failure;
      }
    }
  };

  /** The first try is handed on as it is: the price of one that succeeds is a promise. */
  const attempts = (
    call: OutgoingCall,
    next: (call: OutgoingCall) => CallOutcome,
  ): Promise<unknown> => {
    const parent = currentCall.getStore();
    const limitMs = timeLimitMs(call, parent);
    // The clock costs as much as the rest of this.
    const untilMs = limitMs === Infinity ? Infinity : environment.now() + limitMs;
    let reply: CallOutcome;
    try {
      reply = next(call);
    } catch (thrown) {
      return again(thrown, call, next, parent, untilMs);
    }
    return (reply as Promise<unknown>).then(succeeded, (thrown: unknown) =>
      again(thrown, call, next, parent, untilMs),
    );
  };

  return (call, next) =>
    call.method.kind === 'unary' && call.method.idempotency !== 'unsafe'
      ? attempts(call, next)
      : next(call);
}

/** Infinity without one. */
function timeLimitMs({ options }: OutgoingCall, parent: ParentCall | undefined): number {
  return Math.min(options.timeoutMs ?? Infinity, parent?.remainingMs() ?? Infinity);
}

function triedBefore(
  { options, method }: OutgoingCall,
  tries: number,
  untilMs: number,
  environment: Environment,
): CallOptions {
  const left = { ...options, attempt: Math.min(tries, ATTEMPT_MAX) };
  // The server that has the answer may be starting again.
  if (method.idempotency === 'keyed') left.waitForReady = true;
  return untilMs === Infinity
    ? left
    : { ...left, timeoutMs: Math.max(1, untilMs - environment.now()) };
}

/** Wait, or until one of the signals fires. @returns that one */
function pause(
  environment: Environment,
  delayMs: number,
  either: readonly (AbortSignal | undefined)[],
): Promise<AbortSignal | undefined> {
  const signals = either.filter((one) => one !== undefined);
  return new Promise((resolve) => {
    const done = () => {
      timer.cancel();
      for (const signal of signals) signal.removeEventListener('abort', done);
      resolve(signals.find(({ aborted }) => aborted));
    };
    const timer = environment.setTimer(delayMs, done, true);
    for (const signal of signals) signal.addEventListener('abort', done, { once: true });
    if (signals.some(({ aborted }) => aborted)) done();
  });
}

/** @param error of the last try, which may have acted */
function givenUp(reason: unknown, error: RpcError): RpcError {
  const code = isTimeLimit(reason) ? StatusCode.DEADLINE_EXCEEDED : StatusCode.CANCELLED;
  return new RpcError(code, `the caller gave up after: ${error.text}`, { cause: reason });
}
