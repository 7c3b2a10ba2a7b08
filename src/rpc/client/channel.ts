import { Buffer } from 'node:buffer';
import { resolveLimits, type Limits } from '../../wire/limits';
import { deadlinesOf, type Deadlines } from '../deadlines';
import { systemEnvironment, type Environment } from '../environment';
import type { AnyMethod, ServiceDesc } from '../method';
import { dialTcp } from '../net-transport';
import { dialTls, type ClientTls } from '../tls-transport';
import type { Transport } from '../transport';
import type { Balance } from './balancer';
import { NO_CALL_OPTIONS, type CallHost, type CallOptions, type ClientCall } from './call';
import { HealthWatch } from './health-watch';
import { chain, type CallOutcome, type ClientInterceptor, type OutgoingCall } from './interceptor';
import { resolveList, type Resolver } from './resolver';
import { KEYED_RETRY, retry, type RetryPolicy } from './retry';
import { Servers } from './servers';
import { withKey } from './with-key';
import { StreamingCall } from './streaming-call';
import type { ConnectInit, Dialer } from './subchannel';
import { UnaryCall } from './unary-call';

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

const NO_OPTIONS: ChannelOptions = Object.freeze({});

type Invoke = (call: OutgoingCall) => CallOutcome;

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
  private readonly servers: Servers;
  private readonly interceptors: readonly ClientInterceptor[];
  /** Whether they make calls again. */
  private readonly hasRetry: boolean;
  /** Through the interceptors, when there are any. */
  private readonly intercepted: Invoke | undefined;
  /** For keyed methods: with a key, and made again. Made by the first call of one. */
  private keyed: Invoke | undefined;

  /** @throws RangeError for a limit that is none, or credentials that would go in clear */
  constructor(target: string, resolver: Resolver, options: ChannelOptions = NO_OPTIONS) {
    checkCredentials(options);
    this.environment = options.environment ?? systemEnvironment;
    this.deadlines = deadlinesOf(this.environment, true);
    this.sendsCredentialsInClear = options.sendsCredentialsInClear ?? false;
    const { healthService } = options;
    const init = new ChannelInit(this.environment, options);
    if (healthService !== undefined) {
      init.watchHealth = (connection, onChange) =>
        new HealthWatch(this, healthService, connection, onChange);
    }
    this.servers = new Servers(target, resolver, init, {
      balance: options.balance ?? 'round-robin',
      waitingCallsMax: options.waitingCallsMax ?? 65_536,
      waitMsMax: options.connectTimeoutMs ?? 5_000,
    });
    this.hasRetry = options.retry !== undefined;
    this.interceptors = interceptorsOf(options, this.environment);
    if (this.interceptors.length > 0) this.intercepted = this.through(this.interceptors);
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
    if (method.idempotency === 'keyed') {
      this.keyed ??= this.throughKeyed();
      return this.keyed({ service, method, request, options });
    }
    if (this.intercepted === undefined) return this.invoke(service, method, request, options);
    return this.intercepted({ service, method, request, options });
  }

  /** End when the calls in progress have ended; new ones are refused. */
  close(): Promise<void> {
    return this.servers.close();
  }

  again(call: ClientCall): void {
    this.servers.begin(call);
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
        this.servers.begin(call, true);
      });
    }
    const call = new StreamingCall(this, service, method, request, options);
    this.servers.begin(call, true);
    return call;
  }

  private through(interceptors: readonly ClientInterceptor[]): Invoke {
    return chain(interceptors, ({ service, method, request, options }) =>
      this.invoke(service, method, request, options),
    );
  }

  /** Keyed methods are always made again: that is what their key is for. */
  private throughKeyed(): Invoke {
    const { environment } = this;
    const own = this.hasRetry ? [] : [retry(environment, KEYED_RETRY)];
    return this.through([withKey(environment), ...this.interceptors, ...own]);
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

/** What a channel's connections have in common. */
class ChannelInit implements ConnectInit {
  readonly role = 'client';
  readonly limits: Limits;
  readonly log: (line: string) => void;
  readonly compressedBytesMin: number | undefined;
  readonly dial: Dialer;
  watchHealth: ConnectInit['watchHealth'];
  private readonly credentials: Uint8Array | undefined;
  private readonly sendsInClear: boolean;

  constructor(
    readonly environment: Environment,
    options: ChannelOptions,
  ) {
    const { tls, credentials } = options;
    this.dial = options.dial ?? (tls === undefined ? dialTcp : dialBy(tls === true ? {} : tls));
    this.limits = resolveLimits(options.limits);
    this.log = options.log ?? SILENT;
    this.compressedBytesMin = options.compressedBytesMin;
    this.credentials = typeof credentials === 'string' ? Buffer.from(credentials) : credentials;
    this.sendsInClear = options.sendsCredentialsInClear ?? false;
  }

  /** Over an encrypted connection, or where the program has allowed it. */
  credentialsFor({ identity }: Transport): Uint8Array | undefined {
    return identity.isEncrypted || this.sendsInClear ? this.credentials : undefined;
  }
}

const SILENT = (): void => undefined;

const NO_INTERCEPTORS: readonly ClientInterceptor[] = Object.freeze([]);

/** The program's, and the one that makes calls again. */
function interceptorsOf(
  { interceptors = NO_INTERCEPTORS, retry: policy }: ChannelOptions,
  environment: Environment,
): readonly ClientInterceptor[] {
  if (policy !== undefined) return [...interceptors, retry(environment, policy)];
  return interceptors.length === 0 ? NO_INTERCEPTORS : [...interceptors];
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
