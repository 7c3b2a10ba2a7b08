import { currentCall, type ParentCall } from '../current-call';
import { isPromise } from './handler-outcome';
import type { AnyHandler, CallContext } from './handlers';
import type { KeyedRun } from './keyed-run';
import { encodeReply, encodeTypedError } from './outcome-bytes';
import type { Awaitable, Outcome } from './outcome-store';
import type { AnyMethod } from '../method';

/** What only the runtime knows of a keyed call; the context of its handler has it. */
export interface KeyedContext extends CallContext, ParentCall {
  readonly keyed: KeyedRun | undefined;
}

/** What runs, for any call. */
export interface KeyedMethod {
  readonly method: AnyMethod;
  readonly handler: AnyHandler;
  readonly packageName: string;
}

/** The run of one call's handler, and what it has replied. */
export class KeyedEffect {
  private bytes: Uint8Array | undefined;
  /** What `bytes` say: it need not be read from them. */
  reply: unknown;

  constructor(
    private readonly keyed: KeyedMethod,
    private readonly request: unknown,
    private readonly context: KeyedContext,
    private readonly run: KeyedRun,
  ) {}

  /** A typed error is an outcome like a reply; any other error is thrown on, and leaves none. */
  outcome(transaction: unknown): Awaitable<Outcome> {
    this.run.begin(transaction);
    let reply: unknown;
    try {
      reply = this.runHandler();
    } catch (thrown) {
      return this.ofError(thrown);
    }
    if (!isPromise(reply)) return this.ofReply(reply);
    return reply.then(
      (later) => this.ofReply(later),
      (thrown: unknown) => this.ofError(thrown),
    );
  }

  /** Whether this very run has replied what an outcome says. */
  hasLeft(outcome: Uint8Array): boolean {
    return outcome === this.bytes;
  }

  /** The store may run it in the turn of another call: what it calls still belongs to this one. */
  private runHandler(): unknown {
    const { context, keyed, request } = this;
    return currentCall.getStore() === context
      ? keyed.handler(request, context)
      : currentCall.run(context, keyed.handler, request, context);
  }

  private ofReply(reply: unknown): Outcome {
    const bytes = encodeReply(this.keyed.method.output, reply);
    this.bytes = bytes;
    this.reply = reply;
    return { bytes, isRemembered: this.run.isRemembered };
  }

  private ofError(thrown: unknown): Outcome {
    return { bytes: encodeTypedError(thrown, this.keyed.packageName), isRemembered: true };
  }
}
