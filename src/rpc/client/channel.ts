import { Buffer } from 'node:buffer';
import { resolveLimits, type Limits } from '../../wire/limits';
import { formatAddress, type Address } from '../address';
import type { Connection } from '../connection';
import { outsideCalls } from '../current-call';
import { Deadlines } from '../deadlines';
import { systemEnvironment, type Environment } from '../environment';
import type { AnyMethod, ServiceDesc } from '../method';
import { dialTcp } from '../net-transport';
import { RpcError, unavailable } from '../status';
import { dialTls, type ClientTls } from '../tls-transport';
import { Balancer, type Balance } from './balancer';
import { NO_CALL_OPTIONS, type CallHost, type CallOptions, type ClientCall } from './call';
import { HealthWatch } from './health-watch';
import { chain, type CallOutcome, type ClientInterceptor, type OutgoingCall } from './interceptor';
import { resolveList, type Resolver } from './resolver';
import { KEYED_RETRY, retry, type RetryPolicy } from './retry';
import { withKey } from './with-key';
import { StreamingCall } from './streaming-call';
import { Subchannel, type ConnectInit, type Dialer } from './subchannel';
import { UnaryCall } from './unary-call';
import { WaitingCalls } from './waiting-calls';

export type { Dialer } from './subchannel';

export interface ChannelOptions {
  /**
   * How long a call waits while there is no connection; default 5 000. For a free slot on one that
   * lives it waits as long as its own time limit says.
   */
  readonly connectTimeoutMs?: number;
  /** Calls that may wait for a connection or for a free slot on it; default 65 536. */
  readonly waitingCallsMax?: number;
  /** Bounds that differ from DEFAULT_LIMITS. */
  readonly limits?: Partial<Limits>;
  /** Speak TLS: true for the system's trusted certificates, or which to trust and show. */
  readonly tls?: true | ClientTls;
  /** Who we are: a token, for instance. Sent once per connection. */
  readonly credentials?: string | Uint8Array;
  /** Whether to send them without TLS, where others can read them; default: no. */
  readonly sendsCredentialsInClear?: boolean;
  /** Compress messages from this length on when the server can, and take compressed ones. */
  readonly compressedBytesMin?: number;
  /**
   * Make unary calls of idempotent methods again when they failed; default: never. Those of keyed
   * methods always are, by this policy or else by one that waits for the server to come back.
   */
  readonly retry?: RetryPolicy;
  /** Which of several servers takes the next call; default: each in turn. */
  readonly balance?: Balance;
  /**
   * Call only servers that say that they serve it: a service's full name, or empty for the server as
   * a whole. Default: nobody is asked.
   */
  readonly healthService?: string;
  /** Functions around every call; the first is the outermost. */
  readonly interceptors?: readonly ClientInterceptor[];
  /** Told of peers that break the rules; default: nobody, the calls' errors say it. */
  readonly log?: (line: string) => void;
  /** Clock, timers and chance; default: the real ones. */
  readonly environment?: Environment;
  /** Default: TCP. */
  readonly dial?: Dialer;
}

/**
 * A client's handle to a server, or to several that are equal: connects when the first call wants
 * it, and again when a connection is lost or its server drains it. Calls go to the servers in
 * turn, or as `balance` says.
 * Those that cannot go at once wait in a queue that is bounded in length and time; nothing that has
 * been sent is ever sent again by itself.
 */
export class Channel implements CallHost {
  readonly environment: Environment;
  readonly deadlines: Deadlines;
  readonly sendsCredentialsInClear: boolean;
  private readonly waiting: WaitingCalls;
  private readonly connectInit: ConnectInit;
  /** Through the interceptors, when there are any. */
  private readonly intercepted: ((call: OutgoingCall) => CallOutcome) | undefined;
  /** For keyed methods: with a key, and made again. */
  private readonly keyed: (call: OutgoingCall) => CallOutcome;
  private readonly balancer: Balancer;
  private subchannels: Subchannel[] = [];
  /** Addresses that are no longer among the resolver's, with calls that still have to end. */
  private readonly leaving = new Set<Subchannel>();
  private resolveFailure: unknown;
  private stopResolver: (() => void) | undefined;
  private closing: Promise<void> | undefined;
  private onAllClosed: (() => void) | undefined;

  /** @throws RangeError for a limit that is none, or credentials that would go in clear */
  constructor(
    private readonly target: string,
    private readonly resolver: Resolver,
    options: ChannelOptions = {},
  ) {
    checkCredentials(options);
    this.environment = options.environment ?? systemEnvironment;
    this.deadlines = new Deadlines(this.environment, true);
    this.sendsCredentialsInClear = options.sendsCredentialsInClear ?? false;
    const { healthService } = options;
    this.connectInit = {
      ...connectInit(options, this.environment),
      ...(healthService !== undefined && {
        watchHealth: (connection, onChange) =>
          new HealthWatch(this, healthService, connection, onChange),
      }),
    };
    const random = () => this.environment.random();
    this.balancer = new Balancer(options.balance ?? 'round-robin', random);
    this.waiting = new WaitingCalls(
      this.environment,
      options.waitingCallsMax ?? 65_536,
      options.connectTimeoutMs ?? 5_000,
      () => this.unreachable(),
      () => this.subchannels.some(({ isReady }) => isReady),
      () => this.stopConnecting(),
    );
    const interceptors = [...(options.interceptors ?? [])];
    if (options.retry !== undefined) interceptors.push(retry(this.environment, options.retry));
    const last = ({ service, method, request, options: callOptions }: OutgoingCall) =>
      this.invoke(service, method, request, callOptions);
    if (interceptors.length > 0) this.intercepted = chain(interceptors, last);
    // Keyed methods are always made again: that is what their key is for.
    if (options.retry === undefined) interceptors.push(retry(this.environment, KEYED_RETRY));
    this.keyed = chain([withKey(this.environment), ...interceptors], last);
  }

  /**
   * Make a call of any kind: a promise of the reply for a unary method, else the call. There is no
   * async function between the caller and the parser: the promise is resolved by the frame that
   * answers it.
   * @param request the only request; undefined for a method that takes many
   */
  call(
    service: ServiceDesc,
    method: AnyMethod,
    request: unknown,
    options: CallOptions = NO_CALL_OPTIONS,
  ): CallOutcome {
    if (method.idempotency === 'keyed') return this.keyed({ service, method, request, options });
    if (this.intercepted === undefined) return this.invoke(service, method, request, options);
    return this.intercepted({ service, method, request, options });
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

  again(call: ClientCall): void {
    this.begin(call);
  }

  private invoke(
    service: ServiceDesc,
    method: AnyMethod,
    request: unknown,
    options: CallOptions,
  ): CallOutcome {
    if (method.kind === 'unary') {
      return new Promise((resolve, reject) => {
        const call = new UnaryCall(this, service, method, request, options, resolve, reject);
        this.begin(call, true);
      });
    }
    const call = new StreamingCall(this, service, method, request, options);
    this.begin(call, true);
    return call;
  }

  private begin(call: ClientCall, isNew = false): void {
    if (call.wasAborted()) return;
    const connection = this.waiting.isEmpty ? this.pick() : undefined;
    if (connection !== undefined) call.start(connection, isNew);
    else this.wait(call);
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
      return kept ?? this.subchannel(address);
    });
    for (const gone of known.values()) {
      this.leaving.add(gone);
      gone.leave(true);
    }
    this.onIdle();
    this.connect();
  }

  private onResolveFailure(error: Error): void {
    this.resolveFailure = error;
    this.failImpatient();
  }

  private subchannel(address: Address): Subchannel {
    return new Subchannel(address, this.connectInit, {
      onRoom: () => this.pump(),
      onFailure: () => this.connect(),
      onConnectionLost: () => this.waiting.onConnectionLost(),
      onIdle: () => this.onIdle(),
    });
  }

  /** Send what waits, as long as there is room. */
  private pump(): void {
    while (!this.waiting.isEmpty) {
      const connection = this.pick();
      if (connection === undefined) return;
      this.waiting.shift()?.start(connection);
    }
  }

  /** A subchannel has no connections any more. */
  private onIdle(): void {
    for (const subchannel of this.leaving) if (subchannel.isIdle) this.leaving.delete(subchannel);
    if (this.onAllClosed === undefined) return;
    if (this.all().every((subchannel) => subchannel.isIdle)) this.onAllClosed();
  }

  private all(): Subchannel[] {
    return [...this.subchannels, ...this.leaving];
  }

  private stopConnecting(): void {
    for (const subchannel of this.subchannels) subchannel.stopConnecting();
  }

  /** Why those that have waited long enough did not begin. */
  private unreachable(): RpcError {
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

/**
 * A channel to `target`: an address such as `localhost:5555` or `[::1]:5555`, or several with commas
 * between them. Connects at the first call.
 * @throws RangeError for an address or an option that is none
 */
export function connect(target: string, options?: ChannelOptions): Channel {
  return new Channel(target, resolveList(target), options);
}

function closed(): RpcError {
  return unavailable('the channel was closed', undefined, false);
}

function connectInit(options: ChannelOptions, environment: Environment): ConnectInit {
  const { tls, credentials: secret } = options;
  const credentials = typeof secret === 'string' ? Buffer.from(secret) : secret;
  return {
    dial: options.dial ?? (tls === undefined ? dialTcp : dialBy(tls === true ? {} : tls)),
    environment,
    limits: resolveLimits(options.limits),
    log: options.log ?? (() => undefined),
    compressedBytesMin: options.compressedBytesMin,
    // Over an encrypted connection, or where the program has allowed it.
    credentialsFor: ({ identity }) =>
      identity.isEncrypted || options.sendsCredentialsInClear === true ? credentials : undefined,
  };
}

/** Better no channel than one that would stay silent about who it is. */
function checkCredentials(options: ChannelOptions): void {
  const { credentials, tls, dial, sendsCredentialsInClear } = options;
  if (credentials === undefined || tls !== undefined || dial !== undefined) return;
  if (sendsCredentialsInClear === true) return;
  throw new RangeError('credentials without TLS: give tls, or allow sendsCredentialsInClear');
}

function dialBy(tls: ClientTls): Dialer {
  return (address, signal) => dialTls(address, signal, tls);
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
