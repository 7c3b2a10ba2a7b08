import { timeOfKey } from '../idempotency-key';
import { methodName, packageOf, type AnyMethod, type ServiceDesc } from '../method';
import { RpcError, StatusCode } from '../status';
import type { Argument } from './argument';
import { CallMap } from './call-map';
import { isPromise } from './handler-outcome';
import type { AnyHandler } from './handlers';
import { KeyedEffect, type KeyedContext, type KeyedMethod } from './keyed-effect';
import { KeyedRequest } from './keyed-request';
import type { KeyedRun } from './keyed-run';
import { decodeOutcome } from './outcome-bytes';
import type { Awaitable, KeyedCall, OutcomeStore, Transacted } from './outcome-store';

/** A key from that far ahead of the server's clock was made by a clock that is wrong. */
const AHEAD_MS_MAX = 3_600_000;

/** A call whose handler runs, and who waits for it to end, well or not. */
interface Running {
  readonly argument: Argument;
  waiting: (() => void)[] | undefined;
}

/**
 * Runs the handler of a keyed method once for each key and answers repeats from memory. The order
 * of the checks is that of the table in docs/PROTOCOL.md §12.
 */
export class KeyedHandler implements KeyedMethod {
  /** Calls whose handler runs now. */
  private readonly running = new CallMap<Running>();
  private readonly name: string;
  readonly packageName: string;

  constructor(
    private readonly service: ServiceDesc,
    readonly method: AnyMethod,
    readonly handler: AnyHandler,
    private readonly store: OutcomeStore,
    private readonly wallClock: () => number,
  ) {
    this.name = methodName(service, method);
    this.packageName = packageOf(service.name);
  }

  /** As the handler itself: the reply, or a promise of it. */
  run(request: unknown, context: KeyedContext): Awaitable<unknown> {
    const keyed = context.keyed as KeyedRun;
    const { key, argument } = keyed;
    if (key === undefined) {
      throw new RpcError(StatusCode.INVALID_ARGUMENT, `${this.name} takes calls with a key only`);
    }
    const { caller } = context;
    const call = new KeyedRequest(caller, this.service.id, this.method.id, key, argument);
    return this.attempt(call, request, context, keyed);
  }

  private attempt(
    call: KeyedRequest,
    request: unknown,
    context: KeyedContext,
    keyed: KeyedRun,
  ): Awaitable<unknown> {
    const first = this.running.isEmpty ? undefined : this.running.get(call);
    if (first !== undefined) {
      if (!first.argument.equals(call.argument)) throw this.otherArguments();
      // If the first leaves no outcome, this one runs.
      return endedOrAborted(first, context.signal).then(() =>
        this.attempt(call, request, context, keyed),
      );
    }
    const effect = new KeyedEffect(this, request, context, keyed);
    const transacted = this.store.transact(call, (transaction) => {
      this.checkTime(call.key);
      return effect.outcome(transaction);
    });
    if (!isPromise(transacted)) return this.replyOf(transacted, effect);
    const running: Running = { argument: call.argument, waiting: undefined };
    this.running.add(call, running);
    return transacted.then(
      (ended) => {
        this.ended(call, running);
        return this.replyOf(ended, effect);
      },
      (thrown: unknown) => {
        this.ended(call, running);
        throw thrown;
      },
    );
  }

  private ended(call: KeyedCall, { waiting }: Running): void {
    this.running.delete(call);
    if (waiting !== undefined) for (const wake of waiting) wake();
  }

  private checkTime(key: Uint8Array): void {
    if (timeOfKey(key) <= this.wallClock() + AHEAD_MS_MAX) return;
    const text = `${this.name}: the key was made more than an hour ahead of this server's clock`;
    throw new RpcError(StatusCode.FAILED_PRECONDITION, text);
  }

  private replyOf(transacted: Transacted, effect: KeyedEffect): unknown {
    if (transacted === 'other-arguments') throw this.otherArguments();
    if (transacted === 'forgotten') {
      const text = `${this.name}: the key is too old to know whether the call has run`;
      throw new RpcError(StatusCode.FAILED_PRECONDITION, text);
    }
    const { outcome } = transacted;
    if (effect.hasLeft(outcome)) return effect.reply;
    return decodeOutcome(outcome, this.method.output, this.packageName);
  }

  private otherArguments(): RpcError {
    const text = `${this.name}: the key was used before, with other arguments`;
    return new RpcError(StatusCode.INVALID_ARGUMENT, text);
  }
}

/** A duplicate waits no longer than its own caller does. */
function endedOrAborted(first: Running, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(RpcError.from(signal.reason));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    first.waiting ??= [];
    first.waiting.push(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
  });
}
