import { formatAddress, type Address } from '../address';
import type { Connection } from '../connection';
import { outsideCalls } from '../current-call';
import { RpcError, unavailable } from '../status';
import { Balancer, type Balance } from './balancer';
import type { ClientCall } from './call';
import type { Resolver } from './resolver';
import { Subchannel, type ConnectInit, type SubchannelEvents } from './subchannel';
import { WaitingCalls, type WaitingHost } from './waiting-calls';

export interface ServersOptions {
  readonly balance: Balance;
  /** Calls that may wait at a time. */
  readonly waitingCallsMax: number;
  /** How long each may wait while there is no connection. */
  readonly waitMsMax: number;
}

const NO_SUBCHANNELS: readonly Subchannel[] = Object.freeze([]);

/**
 * The servers behind a channel's name, and the calls that wait for one of them: connects when the
 * first call wants it, and again when a connection is lost or its server drains it.
 */
export class Servers implements SubchannelEvents, WaitingHost {
  private readonly waiting: WaitingCalls;
  private readonly balancer: Balancer;
  private subchannels: readonly Subchannel[] = NO_SUBCHANNELS;
  /** Addresses that are no longer among the resolver's, with calls that still have to end. */
  private leaving: readonly Subchannel[] = NO_SUBCHANNELS;
  private resolveFailure: unknown;
  private stopResolver: (() => void) | undefined;
  private closing: Promise<void> | undefined;
  private onAllClosed: (() => void) | undefined;

  constructor(
    private readonly target: string,
    private readonly resolver: Resolver,
    private readonly init: ConnectInit,
    { balance, waitingCallsMax, waitMsMax }: ServersOptions,
  ) {
    const { environment } = init;
    this.balancer = new Balancer(balance, environment);
    this.waiting = new WaitingCalls(environment, waitingCallsMax, waitMsMax, this);
  }

  /** Start a call, now or when there is a connection with room. */
  begin(call: ClientCall, isNew = false): void {
    if (call.wasAborted()) return;
    const connection = this.waiting.isEmpty ? this.pick() : undefined;
    if (connection !== undefined) call.start(connection, isNew);
    else this.wait(call);
  }

  /** End when the calls in progress have ended; new ones are refused. */
  close(): Promise<void> {
    this.closing ??= new Promise((resolve) => {
      this.onAllClosed = resolve;
      this.stopResolver?.();
      this.waiting.failAll(closed());
      for (const subchannel of this.all()) subchannel.leave();
      this.onIdle();
    });
    return this.closing;
  }

  private pick(): Connection | undefined {
    return this.balancer.pick(this.subchannels, this.closing === undefined);
  }

  private wait(call: ClientCall): void {
    if (this.closing !== undefined) {
      call.fail(closed());
      return;
    }
    if (!this.waiting.add(call)) return;
    this.stopResolver ??= this.startResolver();
    this.connect();
  }

  /** It may make calls of its own: they do not belong to the call that has us resolve. */
  private startResolver(): () => void {
    return outsideCalls(() =>
      this.resolver.start({
        onAddresses: (addresses) => this.onAddresses(addresses),
        onFailure: (error) => this.onResolveFailure(error),
      }),
    );
  }

  /**
   * Try every address that is not waiting after a failure. Without hope only the patient stay, and
   * nobody when TLS has refused every server.
   */
  private connect(): void {
    if (this.waiting.isEmpty) return;
    for (const subchannel of this.subchannels) subchannel.connect();
    this.failImpatient();
  }

  private failImpatient(): void {
    const isHopeless = this.subchannels.every(
      (subchannel) =>
        subchannel.isUnwell || (subchannel.connection === undefined && !subchannel.isTrying),
    );
    const isKnown = this.subchannels.length > 0 || this.resolveFailure !== undefined;
    if (!isHopeless || !isKnown) return;
    // A certificate gets no better by waiting for it.
    const isFinal = this.subchannels.length > 0 && this.subchannels.every((one) => one.isRefused);
    if (isFinal) this.waiting.failAll(this.unreachable());
    else this.waiting.failImpatient();
  }

  private onAddresses(addresses: readonly Address[]): void {
    this.resolveFailure = undefined;
    const known = new Map(this.subchannels.map((one) => [formatAddress(one.address), one]));
    // An address that comes twice is one server.
    const wanted = new Map(addresses.map((address) => [formatAddress(address), address]));
    this.subchannels = [...wanted].map(([name, address]) => {
      const kept = known.get(name);
      known.delete(name);
      return kept ?? new Subchannel(address, this.init, this);
    });
    const gone = [...known.values()];
    if (gone.length > 0) this.leaving = [...this.leaving, ...gone];
    for (const subchannel of gone) subchannel.leave(true);
    this.onIdle();
    this.connect();
  }

  private onResolveFailure(error: Error): void {
    this.resolveFailure = error;
    this.failImpatient();
  }

  /** Send what waits, as long as there is room. */
  private pump(): void {
    while (!this.waiting.isEmpty) {
      const connection = this.pick();
      if (connection === undefined) return;
      this.waiting.shift()?.start(connection);
    }
  }

  private all(): Subchannel[] {
    return [...this.subchannels, ...this.leaving];
  }

  // ---- SubchannelEvents -----------------------------------------------------------------------

  onRoom(): void {
    this.pump();
  }

  onFailure(): void {
    this.connect();
  }

  onConnectionLost(): void {
    this.waiting.onConnectionLost();
  }

  onIdle(): void {
    if (this.leaving.length > 0) this.leaving = this.leaving.filter(({ isIdle }) => !isIdle);
    if (this.onAllClosed === undefined) return;
    if (this.all().every((subchannel) => subchannel.isIdle)) this.onAllClosed();
  }

  // ---- WaitingHost ----------------------------------------------------------------------------

  get isConnected(): boolean {
    return this.subchannels.some(({ isReady }) => isReady);
  }

  onNobody(): void {
    for (const subchannel of this.subchannels) subchannel.stopConnecting();
  }

  unreachable(): RpcError {
    if (this.subchannels.length > 0 && this.subchannels.every(({ isUnwell }) => isUnwell)) {
      return unavailable(`${this.target} says that it does not serve now`, undefined, false);
    }
    if (this.subchannels.some(({ connection }) => connection !== undefined)) {
      return unavailable(`${this.target} takes no more calls at present`, undefined, false);
    }
    const failures = this.subchannels.map((subchannel) => subchannel.failure);
    const cause = failures.find((failure) => failure !== undefined) ?? this.resolveFailure;
    const why = cause instanceof Error ? `: ${reasonOf(cause)}` : '';
    return unavailable(`cannot reach ${this.target}${why}`, cause, false);
  }
}

function closed(): RpcError {
  return unavailable('the channel was closed', undefined, false);
}

/** All addresses of a name have failed: Node says so in an AggregateError with an empty message. */
function reasonOf(error: Error): string {
  if (error instanceof AggregateError) {
    return (error.errors as Error[]).map((one) => one.message).join(', ');
  }
  // Of a connection that was lost, why it was.
  if (error instanceof RpcError && error.cause instanceof Error) {
    return `${error.text}: ${error.cause.message}`;
  }
  return error.message;
}
