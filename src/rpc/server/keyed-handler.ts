import { Buffer } from 'node:buffer';
import { currentCall, type ParentCall } from '../current-call';
import { timeOfKey } from '../idempotency-key';
import { methodName, packageOf, type AnyMethod, type ServiceDesc } from '../method';
import { RpcError, StatusCode } from '../status';
import type { KeyedRun } from './keyed-run';
import { isPromise } from './handler-outcome';
import { decodeOutcome, encodeReply, encodeTypedError } from './outcome-bytes';
import type { AnyHandler, CallContext } from './handlers';
import {
  identityOf,
  type Awaitable,
  type KeyedCall,
  type Outcome,
  type OutcomeStore,
  type Transacted,
} from './outcome-store';

/** A key from that far ahead of the server's clock was made by a clock that is wrong. */
const AHEAD_MS_MAX = 3_600_000;

/** What only the runtime knows of a keyed call; the context of its handler has it. */
export interface KeyedContext extends CallContext, ParentCall {
  readonly keyed: KeyedRun | undefined;
}

interface Running {
  readonly hash: Buffer;
  /** Settles when the first call has ended, well or not; never rejects. */
  readonly ended: Promise<void>;
}

/**
 * Runs the handler of a keyed method once for each key and answers repeats from memory. The order
 * of the checks is that of the table in docs/PROTOCOL.md §12.
 */
export class KeyedHandler {
  /** Calls whose handler runs now. */
  private readonly running = new Map<string, Running>();
  private readonly name: string;
  private readonly packageName: string;

  constructor(
    private readonly service: ServiceDesc,
    private readonly method: AnyMethod,
    private readonly handler: AnyHandler,
    private readonly store: OutcomeStore,
    private readonly wallClock: () => number,
  ) {
    this.name = methodName(service, method);
    this.packageName = packageOf(service.name);
  }

  /** As the handler itself: the reply, or a promise of it. */
  run(request: unknown, context: KeyedContext): Awaitable<unknown> {
    const keyed = context.keyed as KeyedRun;
    if (keyed.key === undefined) {
      throw new RpcError(StatusCode.INVALID_ARGUMENT, `${this.name} takes calls with a key only`);
    }
    const call: KeyedCall = {
      caller: context.caller,
      service: this.service.id,
      method: this.method.id,
      key: keyed.key,
      argumentHash: keyed.argumentHash,
    };
    return this.attempt(identityOf(call), call, request, context, keyed);
  }

  private attempt(
    identity: string,
    call: KeyedCall,
    request: unknown,
    context: KeyedContext,
    keyed: KeyedRun,
  ): Awaitable<unknown> {
    const running = this.running.get(identity);
    if (running !== undefined) {
      if (!running.hash.equals(call.argumentHash)) throw this.otherArguments();
      // If the first leaves no outcome, this one runs.
      return endedOrAborted(running.ended, context.signal).then(() =>
        this.attempt(identity, call, request, context, keyed),
      );
    }
    /** The reply of this very run, which need not be read from its bytes. */
    let own: { readonly bytes: Uint8Array; readonly reply: unknown } | undefined;
    const toOutcome = (reply: unknown): Outcome => {
      const outcome = this.outcomeOf(reply, keyed);
      own = { bytes: outcome.bytes, reply };
      return outcome;
    };
    const toReply = (transacted: Transacted): unknown =>
      own !== undefined && typeof transacted === 'object' && transacted.outcome === own.bytes
        ? own.reply
        : this.replyOf(transacted);
    const transacted = this.store.transact(call, (transaction) => {
      this.checkTime(call.key);
      keyed.begin(transaction);
      // The store may run it in the turn of another call: what it calls still belongs to this one.
      const run = (): unknown => currentCall.run(context, this.handler, request, context);
      return this.outcomeFrom(run, toOutcome);
    });
    if (!isPromise(transacted)) return toReply(transacted);
    const ended = transacted.then(
      () => this.running.delete(identity),
      () => this.running.delete(identity),
    );
    const hash = Buffer.from(call.argumentHash);
    this.running.set(identity, { hash, ended: ended.then(() => undefined) });
    return transacted.then(toReply);
  }

  private checkTime(key: Uint8Array): void {
    if (timeOfKey(key) <= this.wallClock() + AHEAD_MS_MAX) return;
    const text = `${this.name}: the key was made more than an hour ahead of this server's clock`;
    throw new RpcError(StatusCode.FAILED_PRECONDITION, text);
  }

  /** A typed error is an outcome like a reply; any other error is thrown on, and leaves none. */
  private outcomeFrom(
    run: () => unknown,
    toOutcome: (reply: unknown) => Outcome,
  ): Awaitable<Outcome> {
    const ofError = (thrown: unknown): Outcome => ({
      bytes: encodeTypedError(thrown, this.packageName),
      isRemembered: true,
    });
    let reply: unknown;
    try {
      reply = run();
    } catch (thrown) {
      return ofError(thrown);
    }
    return isPromise(reply) ? reply.then(toOutcome, ofError) : toOutcome(reply);
  }

  private outcomeOf(reply: unknown, { isRemembered }: KeyedRun): Outcome {
    return { bytes: encodeReply(this.method.output, reply), isRemembered };
  }

  private replyOf(transacted: Transacted): unknown {
    if (transacted === 'other-arguments') throw this.otherArguments();
    if (transacted === 'forgotten') {
      const text = `${this.name}: the key is too old to know whether the call has run`;
      throw new RpcError(StatusCode.FAILED_PRECONDITION, text);
    }
    return decodeOutcome(transacted.outcome, this.method.output, this.packageName);
  }

  private otherArguments(): RpcError {
    const text = `${this.name}: the key was used before, with other arguments`;
    return new RpcError(StatusCode.INVALID_ARGUMENT, text);
  }
}

/** A duplicate waits no longer than its own caller does. */
function endedOrAborted(ended: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(RpcError.from(signal.reason));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void ended.then(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
  });
}
