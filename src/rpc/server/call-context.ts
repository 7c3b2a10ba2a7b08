import type { FrameOptions, MetadataPair } from '../../wire/options';
import type { RpcError } from '../status';
import type { Stream } from '../stream';
import type { IncomingCall } from '../streams';
import type { Entry } from './dispatcher';
import type { CallContext } from './handlers';
import { KeyedRun } from './keyed-run';
import type { CallConnection, ServerCallHost } from './server-call-host';

export const NO_METADATA: readonly MetadataPair[] = Object.freeze([]);

/**
 * What a call is to its handler. The call itself is made of it rather than having one: a short call
 * makes one object, not two.
 */
export abstract class ServerCallContext implements CallContext {
  caller: string | undefined;
  /** Of a keyed method. */
  readonly keyed: KeyedRun | undefined;
  protected readonly stream: Stream;
  protected readonly options: Readonly<FrameOptions>;
  protected readonly deadlineMs: number | undefined;
  /** Why nobody waits for the answer any more. */
  protected aborted: RpcError | undefined;
  protected controller: AbortController | undefined;
  protected trailers: readonly MetadataPair[] | undefined;

  constructor(
    protected readonly host: ServerCallHost,
    protected readonly entry: Entry,
    call: IncomingCall,
    protected readonly connection: CallConnection,
  ) {
    this.caller = connection.caller;
    this.stream = call.stream;
    this.options = call.options;
    if (entry.isKeyed) this.keyed = new KeyedRun(call.options.idempotencyKey);
    if (call.timeoutMs > 0) this.deadlineMs = host.environment.now() + call.timeoutMs;
  }

  get method(): string {
    return this.entry.name;
  }

  get peer(): string {
    return this.connection.peer;
  }

  get metadata(): readonly MetadataPair[] {
    return this.options.metadata ?? NO_METADATA;
  }

  get traceContext(): string | undefined {
    return this.options.traceContext;
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.aborted !== undefined) this.controller.abort(this.aborted);
    }
    return this.controller.signal;
  }

  get transaction(): unknown {
    return this.keyed?.transaction;
  }

  remainingMs(): number | undefined {
    if (this.deadlineMs === undefined) return undefined;
    return Math.max(0, this.deadlineMs - this.host.environment.now());
  }

  leaveOpen(): void {
    if (this.keyed !== undefined) this.keyed.isRemembered = false;
  }

  /** For the keyed calls that the handler makes. */
  nextKey(service: number, method: number): Uint8Array | undefined {
    return this.keyed?.nextKey(service, method);
  }

  sendMetadata(metadata: readonly MetadataPair[]): void {
    if (!this.stream.isEnded) this.stream.sendMeta({ metadata: [...metadata] });
  }

  setTrailers(metadata: readonly MetadataPair[]): void {
    this.trailers = metadata;
  }
}
