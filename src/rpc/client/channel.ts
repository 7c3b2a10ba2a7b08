import { Buffer } from 'node:buffer';
import { resolveLimits, type Limits } from '../../wire/limits';
import { formatAddress, parseAddress, type Address } from '../address';
import { Connection } from '../connection';
import { systemEnvironment, type Environment, type Timer } from '../environment';
import type { AnyMethod, ServiceDesc } from '../method';
import { dialTcp } from '../net-transport';
import { RpcError, StatusCode, unavailable } from '../status';
import { dialTls, type ClientTls } from '../tls-transport';
import type { Transport } from '../transport';
import { Backoff } from './backoff';
import { NO_CALL_OPTIONS, type CallOptions, type ClientCall } from './call';
import { chain, type CallOutcome, type ClientInterceptor, type OutgoingCall } from './interceptor';
import { StreamingCall } from './streaming-call';
import { UnaryCall } from './unary-call';

/** Makes a transport to an address, or throws; `signal` fires when nobody wants it any more. */
export type Dialer = (address: Address, signal: AbortSignal) => Promise<Transport>;

export interface ChannelOptions {
  /** How long a call that waits for a connection waits; default 5 000. */
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
 * A client's handle to a server: connects when the first call wants it, and again when the
 * connection is lost or the server drains it. Calls that cannot go at once wait in a queue that
 * is bounded in length and time; nothing that has been sent is ever sent again by itself.
 */
export class Channel {
  private readonly address: Address;
  private readonly limits: Limits;
  private readonly environment: Environment;
  private readonly dial: Dialer;
  private readonly compressedBytesMin: number | undefined;
  private readonly credentials: Uint8Array | undefined;
  private readonly sendsCredentialsInClear: boolean;
  private readonly log: (line: string) => void;
  private readonly connectTimeoutMs: number;
  private readonly waitingCallsMax: number;
  private readonly backoff: Backoff;
  /** Through the interceptors, when there are any. */
  private readonly intercepted: ((call: OutgoingCall) => CallOutcome) | undefined;
  private connection: Connection | undefined;
  /** Those that still have calls to end; the one above among them. */
  private readonly connections = new Set<Connection>();
  private waiting: ClientCall[] = [];
  private attempt: AbortController | undefined;
  private retryTimer: Timer | undefined;
  private giveUpTimer: Timer | undefined;
  private lastFailure: unknown;
  private closing: Promise<void> | undefined;
  private onAllClosed: (() => void) | undefined;

  /** @throws RangeError for an address or a limit that is none */
  constructor(address: string, options: ChannelOptions = {}) {
    this.address = parseAddress(address);
    this.limits = resolveLimits(options.limits);
    this.environment = options.environment ?? systemEnvironment;
    const { tls, credentials } = options;
    this.dial = options.dial ?? (tls === undefined ? dialTcp : dialBy(tls === true ? {} : tls));
    this.compressedBytesMin = options.compressedBytesMin;
    checkCredentials(options);
    this.sendsCredentialsInClear = options.sendsCredentialsInClear ?? false;
    this.credentials = typeof credentials === 'string' ? Buffer.from(credentials) : credentials;
    this.log = options.log ?? (() => undefined);
    this.connectTimeoutMs = options.connectTimeoutMs ?? 5_000;
    this.waitingCallsMax = options.waitingCallsMax ?? 65_536;
    this.backoff = new Backoff(this.environment);
    const { interceptors = [] } = options;
    if (interceptors.length > 0) {
      this.intercepted = chain(interceptors, ({ service, method, request, options: callOptions }) =>
        this.invoke(service, method, request, callOptions),
      );
    }
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
    if (this.intercepted === undefined) return this.invoke(service, method, request, options);
    return this.intercepted({ service, method, request, options });
  }

  /** End when the calls in progress have ended; new ones are refused. */
  close(): Promise<void> {
    this.closing ??= new Promise((resolve) => {
      this.onAllClosed = resolve;
      this.stopConnecting();
      this.failWaiting(unavailable('the channel was closed', undefined, false), () => true);
      for (const connection of this.connections) connection.leave();
      if (this.connections.size === 0) resolve();
    });
    return this.closing;
  }

  private invoke(
    service: ServiceDesc,
    method: AnyMethod,
    request: unknown,
    options: CallOptions,
  ): CallOutcome {
    if (method.kind === 'unary') {
      return new Promise((resolve, reject) => {
        this.begin(
          new UnaryCall(this.environment, service, method, request, options, resolve, reject),
        );
      });
    }
    const call = new StreamingCall(this.environment, service, method, request, options);
    this.begin(call);
    return call;
  }

  private begin(call: ClientCall): void {
    if (call.wasAborted()) return;
    const connection = this.connection;
    if (connection?.hasRoom === true && this.waiting.length === 0) call.start(connection);
    else this.wait(call);
  }

  private wait(call: ClientCall): void {
    if (this.closing !== undefined) {
      call.fail(unavailable('the channel was closed', undefined, false));
      return;
    }
    if (this.waiting.length >= this.waitingCallsMax) this.dropOver();
    if (this.waiting.length >= this.waitingCallsMax) {
      const text = `${this.waitingCallsMax} calls are waiting for ${formatAddress(this.address)}`;
      call.fail(new RpcError(StatusCode.RESOURCE_EXHAUSTED, text, { mayHaveActed: false }));
      return;
    }
    this.waiting.push(call);
    if (this.connection === undefined) this.ensureConnecting(call);
  }

  private ensureConnecting(call: ClientCall): void {
    this.giveUpTimer ??= this.environment.setTimer(
      this.connectTimeoutMs,
      this.onConnectTimeout,
      true,
    );
    if (this.attempt !== undefined) return;
    if (this.retryTimer === undefined) {
      this.tryToConnect();
      return;
    }
    // Between two tries: who does not want to wait hears how the last one went.
    if (!call.waitForReady) this.failWaiting(this.unreachable(), (one) => one === call);
  }

  private tryToConnect(): void {
    this.retryTimer = undefined;
    const attempt = new AbortController();
    this.attempt = attempt;
    this.dial(this.address, attempt.signal).then(
      (transport) => {
        if (this.attempt === attempt) this.onConnected(transport);
        else transport.destroy();
      },
      (error: unknown) => {
        if (this.attempt === attempt) this.onDialFailed(error);
      },
    );
  }

  private onConnected(transport: Transport): void {
    this.attempt = undefined;
    this.giveUpTimer?.cancel();
    this.giveUpTimer = undefined;
    const connection: Connection = new Connection({
      role: 'client',
      transport,
      environment: this.environment,
      limits: this.limits,
      log: this.log,
      credentials: this.credentialsFor(transport),
      compressedBytesMin: this.compressedBytesMin,
      events: {
        admit: () => undefined,
        onReady: () => this.pump(),
        onCall: () => undefined,
        onDraining: () => this.abandon(connection),
        onRoom: () => {
          this.backoff.reset();
          if (this.waiting.length > 0) this.pump();
        },
        onClosed: (error) => this.onClosed(connection, error),
      },
    });
    this.connection = connection;
    this.connections.add(connection);
    connection.start();
    this.pump();
  }

  /** Credentials go over an encrypted connection, or where the program has allowed it. */
  private credentialsFor(transport: Transport): Uint8Array | undefined {
    const isSafe = transport.identity.isEncrypted || this.sendsCredentialsInClear;
    return isSafe ? this.credentials : undefined;
  }

  private onDialFailed(error: unknown): void {
    this.attempt = undefined;
    this.lastFailure = error;
    const failure = this.unreachable();
    this.failWaiting(failure, (call) => !call.waitForReady);
    this.retry();
  }

  /** Try again later, as long as somebody waits. */
  private retry(): void {
    this.dropOver();
    if (this.waiting.length === 0) {
      this.stopConnecting();
      return;
    }
    const delayMs = this.backoff.nextDelayMs();
    this.retryTimer = this.environment.setTimer(delayMs, () => this.tryToConnect(), true);
  }

  private readonly onConnectTimeout = (): void => {
    this.giveUpTimer = undefined;
    this.stopConnecting();
    this.failWaiting(this.unreachable(), () => true);
  };

  private stopConnecting(): void {
    this.giveUpTimer?.cancel();
    this.giveUpTimer = undefined;
    this.retryTimer?.cancel();
    this.retryTimer = undefined;
    const attempt = this.attempt;
    this.attempt = undefined;
    attempt?.abort();
  }

  /** Send what waits, as long as there is room. */
  private pump(): void {
    const connection = this.connection;
    if (connection === undefined) return;
    let next = 0;
    while (next < this.waiting.length && connection.hasRoom) {
      const call = this.waiting[next++] as ClientCall;
      if (!call.isOver) call.start(connection);
    }
    if (next > 0) this.waiting.splice(0, next);
  }

  /** No new calls on this connection; the next one makes another. */
  private abandon(connection: Connection): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    const next = this.waiting[0];
    if (next !== undefined) this.ensureConnecting(next);
  }

  private onClosed(connection: Connection, error: RpcError | undefined): void {
    this.connections.delete(connection);
    this.lastFailure = error;
    this.abandonLost(connection);
    if (this.closing !== undefined && this.connections.size === 0) this.onAllClosed?.();
  }

  private abandonLost(connection: Connection): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    this.failWaiting(this.unreachable(), (call) => !call.waitForReady);
    if (this.waiting.length === 0) return;
    this.giveUpTimer ??= this.environment.setTimer(
      this.connectTimeoutMs,
      this.onConnectTimeout,
      true,
    );
    this.retry();
  }

  private failWaiting(error: RpcError, which: (call: ClientCall) => boolean): void {
    const all = this.waiting;
    this.waiting = all.filter((call) => !which(call));
    for (const call of all) if (which(call)) call.fail(error);
  }

  private dropOver(): void {
    this.waiting = this.waiting.filter((call) => !call.isOver);
  }

  private unreachable(): RpcError {
    const cause = this.lastFailure;
    const why = cause instanceof Error ? `: ${reasonOf(cause)}` : '';
    return unavailable(`cannot reach ${formatAddress(this.address)}${why}`, cause, false);
  }
}

/** A channel to `address`, such as `localhost:5555` or `[::1]:5555`. Connects at the first call. */
export function connect(address: string, options?: ChannelOptions): Channel {
  return new Channel(address, options);
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
  return error.message;
}
