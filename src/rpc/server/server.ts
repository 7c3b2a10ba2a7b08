import { createServer, type Server as NetServer } from 'node:net';
import { resolveLimits, type Limits } from '../../wire/limits';
import type { Address } from '../address';
import { Builtin, HealthStatus, type StatisticsReply } from '../builtin-service';
import { deadlinesOf, type Deadlines } from '../deadlines';
import { systemEnvironment, type Environment } from '../environment';
import type { ServiceDesc } from '../method';
import { addressOf, NetTransport } from '../net-transport';
import { RpcError, StatusCode } from '../status';
import { createTlsListener, identityOfTls, type ServerTls } from '../tls-transport';
import type { Transport } from '../transport';
import type { Authenticator } from './authentication';
import { builtinHandlers } from './builtin-handlers';
import { Dispatcher } from './dispatcher';
import type { Handlers } from './handlers';
import { Health } from './health';
import type { ServerInterceptor } from './interceptor';
import type { OutcomeStore } from './outcome-store';
import type { CallConnection, ServerCallHost } from './server-call-host';
import { ServerConnections, TURNED_AWAY_MAX } from './server-connections';

export interface ServerOptions {
  /** Bounds that differ from DEFAULT_LIMITS. */
  readonly limits?: Partial<Limits>;
  /** Says who callers are. Without it everybody is a stranger, and may call what interceptors let. */
  readonly authenticate?: Authenticator;
  /** Refuse strangers everything but health; default: who may call what is for interceptors. */
  readonly requiresLogin?: boolean;
  /** Whether credentials may come without TLS, where others can read them; default: no. */
  readonly takesCredentialsInClear?: boolean;
  /** Compress messages from this length on when the client can, and take compressed ones. */
  readonly compressedBytesMin?: number;
  /** Functions around every handler; the first is the outermost. */
  readonly interceptors?: readonly ServerInterceptor[];
  /** Told of peers that break the rules and of handlers that fail; default: a line on stderr. */
  readonly log?: (line: string, error?: unknown) => void;
  /** Clock, timers and chance; default: the real ones. */
  readonly environment?: Environment;
}

export interface ListenOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Default: every address of the machine, IPv6 and IPv4. */
  readonly host?: string;
  /** Speak TLS only; with `requestCert` clients are asked for a certificate. */
  readonly tls?: ServerTls;
}

/** Connections that may wait to be accepted. */
const BACKLOG = 4_096;

/** Serves services: accepts connections and gives their calls to handlers. */
export class Server implements ServerCallHost {
  readonly limits: Limits;
  readonly environment: Environment;
  readonly deadlines: Deadlines;
  readonly log: (line: string, error?: unknown) => void;
  private readonly dispatcher: Dispatcher;
  private readonly authenticator: Authenticator | undefined;
  readonly requiresLogin: boolean;
  /** What services say of themselves; a service that was added is SERVING until the server drains. */
  readonly health = new Health();
  private readonly takesCredentialsInClear: boolean;
  private readonly madeMs: number;
  private readonly connections: ServerConnections;
  private listeners: NetServer[] = [];
  private closing: Promise<void> | undefined;

  /** @throws RangeError for a limit that is none */
  constructor(options: ServerOptions = {}) {
    this.limits = resolveLimits(options.limits);
    this.environment = options.environment ?? systemEnvironment;
    this.deadlines = deadlinesOf(this.environment, false);
    this.log = options.log ?? logToStderr;
    this.dispatcher = new Dispatcher(options.interceptors ?? [], () =>
      this.environment.wallClock(),
    );
    this.authenticator = options.authenticate;
    this.requiresLogin = options.requiresLogin ?? false;
    this.madeMs = this.environment.now();
    this.add(
      Builtin,
      builtinHandlers(
        this.health,
        () => this.statistics(),
        (service) => this.dispatcher.describe(service),
      ),
    );
    const { environment, limits, log } = this;
    const { compressedBytesMin } = options;
    const settings = { role: 'server', environment, limits, log, compressedBytesMin } as const;
    this.connections = new ServerConnections(settings, this.dispatcher, this);
    this.takesCredentialsInClear = options.takesCredentialsInClear ?? false;
  }

  /**
   * Serve `service` by `handlers`. What has no handler or the wrong types does not compile.
   * @param outcomes where the outcomes of its keyed methods are remembered; default: in memory
   * @throws RangeError when a service with that id is served already
   */
  add<S extends ServiceDesc>(service: S, handlers: Handlers<S>, outcomes?: OutcomeStore): this {
    this.dispatcher.add(service, handlers, outcomes);
    this.health.set(service.name, HealthStatus.SERVING);
    return this;
  }

  /**
   * Accept connections.
   * @returns the address, with the port that was taken
   * @throws the socket's error: EADDRINUSE, EACCES
   */
  async listen(options: ListenOptions): Promise<Address> {
    if (this.hasClosed()) throw new Error('the server has been closed');
    const listener: NetServer =
      options.tls === undefined
        ? createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
            this.accept(NetTransport.accepted(socket));
          })
        : createTlsListener(options.tls, this.limits.handshakeMsMax, {
            onSocket: (socket) => {
              this.accept(new NetTransport(socket, true, identityOfTls(socket)));
            },
            onError: (error: Error, socket) =>
              this.log(`${addressOf(socket)}: TLS: ${error.message}`),
          });
    // Handshakes that have not ended count too: a flood of them must not use up all descriptors.
    listener.maxConnections = this.limits.connectionsMax + TURNED_AWAY_MAX;
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen({ port: options.port, host: options.host, backlog: BACKLOG }, resolve);
    });
    // Out of descriptors, for one: those that are connected are served on.
    listener.on('error', (error) => this.log(`cannot accept: ${error.message}`, error));
    // close() has looked at the listeners already, and knows nothing of this one.
    if (this.hasClosed()) {
      listener.close();
      throw new Error('the server has been closed');
    }
    this.listeners.push(listener);
    const bound = listener.address();
    if (bound === null || typeof bound === 'string') throw new Error('not a TCP address');
    return { host: bound.address, port: bound.port };
  }

  /** Serve a connection that was made elsewhere: in memory, in a simulation. */
  accept(transport: Transport): void {
    if (this.closing !== undefined) transport.destroy();
    else this.connections.accept(transport);
  }

  /**
   * End gracefully: accept nothing new, answer what runs, let the clients leave. Calls still
   * running after `drainMs` get UNAVAILABLE. May be called inside a handler: its own answer is
   * sent first. Calling it again gives the same promise.
   * @param options.drainMs default: the limit drainMsMax
   */
  close(options: { drainMs?: number } = {}): Promise<void> {
    this.closing ??= this.drain(options.drainMs ?? this.limits.drainMsMax);
    return this.closing;
  }

  private hasClosed(): boolean {
    return this.closing !== undefined;
  }

  /** Who is that? A server that does not ask knows nobody. */
  identify(
    credentials: Uint8Array | undefined,
    connection: Pick<CallConnection, 'peer' | 'identity'>,
  ): string | undefined | Promise<string | undefined> {
    if (this.authenticator === undefined) return undefined;
    const { peer: address, identity } = connection;
    if (credentials !== undefined && !identity.isEncrypted && !this.takesCredentialsInClear) {
      throw new RpcError(
        StatusCode.UNAUTHENTICATED,
        'credentials are not taken over a connection that is not encrypted',
      );
    }
    return this.authenticator(credentials, { address, ...identity });
  }

  private statistics(): StatisticsReply {
    return {
      uptimeMs: Math.round(this.environment.now() - this.madeMs),
      connections: this.connections.size,
      connectionsTotal: this.connections.total,
      methods: this.dispatcher.statistics(),
    };
  }

  private async drain(drainMs: number): Promise<void> {
    this.health.close();
    const listeners = this.listeners.map(
      (listener) => new Promise<void>((resolve) => listener.close(() => resolve())),
    );
    await Promise.all([...listeners, this.connections.drain(drainMs)]);
  }
}

function logToStderr(line: string): void {
  process.stderr.write(`fio: ${line}\n`);
}
