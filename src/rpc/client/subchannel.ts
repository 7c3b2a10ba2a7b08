import type { Address } from '../address';
import { Connection } from '../connection';
import { outsideCalls } from '../current-call';
import type { Environment, Timer } from '../environment';
import type { RpcError } from '../status';
import { isTlsRefusal } from '../tls-transport';
import type { Transport } from '../transport';
import type { Limits } from '../../wire/limits';
import { Backoff } from './backoff';
import type { HealthWatch } from './health-watch';

/** A connection that lived so long was good, also when it carried no call. */
const PROVED_MS = 10_000;

/** Makes a transport to an address, or throws; `signal` fires when nobody wants it any more. */
export type Dialer = (address: Address, signal: AbortSignal) => Promise<Transport>;

/** How connections are made. */
export interface ConnectInit {
  readonly dial: Dialer;
  readonly environment: Environment;
  readonly limits: Limits;
  readonly log: (line: string) => void;
  readonly compressedBytesMin: number | undefined;
  /** What HELLO says of who we are, over this transport. */
  credentialsFor(transport: Transport): Uint8Array | undefined;
  /** Ask the server whether it serves, as long as the connection lasts; undefined: nobody asks. */
  readonly watchHealth?:
    ((connection: Connection, onChange: () => void) => HealthWatch) | undefined;
}

export interface SubchannelEvents {
  /** A call may begin on `connection`. */
  onRoom(): void;
  /** The address could not be reached, or its connection was lost. */
  onFailure(error: unknown): void;
  /** The connection, on which calls could be made until now, takes no more. */
  onConnectionLost(): void;
  /** Every connection has ended. */
  onIdle(): void;
}

/**
 * One address of a channel: its connection, made when it is wanted and again after a back-off when
 * it was lost. A connection that drains makes room for the next at once and ends by itself.
 */
export class Subchannel {
  /** For new calls. */
  connection: Connection | undefined;
  /** Whether the server has answered on it. */
  isReady = false;
  /** Why the last try or connection failed; undefined while there is hope. */
  failure: unknown;
  /** Those that still have calls to end; the one above among them. */
  private readonly connections = new Set<Connection>();
  private readonly backoff: Backoff;
  private health: HealthWatch | undefined;
  private attempt: AbortController | undefined;
  private retryTimer: Timer | undefined;

  constructor(
    readonly address: Address,
    private readonly init: ConnectInit,
    private readonly events: SubchannelEvents,
  ) {
    this.backoff = new Backoff(init.environment);
  }

  /** Whether a call may begin here now. */
  get hasRoom(): boolean {
    if (this.connection?.hasRoom !== true) return false;
    return this.init.watchHealth === undefined || this.health?.isServing === true;
  }

  /** Whether the server has said that it does not serve. */
  get isUnwell(): boolean {
    return this.health?.isServing === false;
  }

  get isIdle(): boolean {
    return this.connections.size === 0;
  }

  /** Whether TLS has refused the server, or it us: waiting does not help. */
  get isRefused(): boolean {
    return isTlsRefusal(this.failure);
  }

  /** Whether a connection is being made, or will be soon and nothing has failed. */
  get isTrying(): boolean {
    const isComing = this.retryTimer !== undefined && this.failure === undefined;
    return this.attempt !== undefined || isComing;
  }

  /** See that there is a connection, or will be after the back-off. */
  connect(): void {
    if (this.connection !== undefined || this.attempt !== undefined) return;
    if (this.retryTimer === undefined) this.tryNow();
  }

  /** Nobody wants a connection that is not there yet; a back-off goes on all the same. */
  stopConnecting(): void {
    const { attempt } = this;
    this.attempt = undefined;
    attempt?.abort();
  }

  /**
   * Take no new calls; end when those in progress have ended.
   * @param isGone the server is said to be gone: it may have vanished with them
   */
  leave(isGone = false): void {
    this.health?.stop();
    for (const connection of [...this.connections]) {
      connection.leave();
      if (isGone) connection.keepalive.doubt();
    }
    this.stopConnecting();
    this.retryTimer?.cancel();
  }

  private tryNow(): void {
    this.retryTimer = undefined;
    this.failure = undefined;
    const attempt = new AbortController();
    this.attempt = attempt;
    const limit = this.limitDial(attempt);
    // In a promise, so that a dialer which throws has failed like any other.
    const dialled = new Promise<Transport>((resolve) => {
      resolve(outsideCalls(() => this.init.dial(this.address, attempt.signal)));
    });
    dialled.then(
      (transport) => {
        limit.cancel();
        if (this.attempt === attempt) this.onConnected(transport);
        else transport.destroy();
      },
      (error: unknown) => {
        limit.cancel();
        if (this.attempt === attempt) this.onFailed(error);
      },
    );
  }

  /**
   * Where nothing is refused and nothing arrives, the system waits twice as long before each further
   * packet, and would notice a minute late that the server is back.
   */
  private limitDial(attempt: AbortController): Timer {
    const { environment, limits } = this.init;
    return environment.setTimer(limits.handshakeMsMax, () => {
      if (this.attempt !== attempt) return;
      this.onFailed(new Error(`no connection within ${limits.handshakeMsMax} ms`));
      attempt.abort();
    });
  }

  private onConnected(transport: Transport): void {
    this.attempt = undefined;
    const { environment, limits, log, compressedBytesMin } = this.init;
    let readyMs = Infinity;
    let hasAnswered = false;
    const isProved = () => hasAnswered || environment.now() - readyMs >= PROVED_MS;
    const connection: Connection = new Connection({
      role: 'client',
      transport,
      environment,
      limits,
      log,
      compressedBytesMin,
      credentials: this.init.credentialsFor(transport),
      events: {
        admit: () => undefined,
        onReady: () => {
          readyMs = environment.now();
          this.isReady = true;
          this.events.onRoom();
        },
        onCall: () => undefined,
        onDraining: (error) => this.onEnding(connection, error, isProved()),
        onRoom: () => {
          hasAnswered = true;
          this.events.onRoom();
        },
        onClosed: (error) => {
          this.onEnding(connection, error, isProved());
          this.connections.delete(connection);
          if (this.isIdle) this.events.onIdle();
        },
      },
    });
    this.connection = connection;
    this.connections.add(connection);
    connection.start();
    this.health = this.init.watchHealth?.(connection, () => this.onHealth());
    this.events.onRoom();
  }

  private onHealth(): void {
    if (this.isUnwell) this.events.onFailure(undefined);
    else this.events.onRoom();
  }

  /** No more calls there. After one that gave no answer there is a wait, however it ends. */
  private onEnding(connection: Connection, error: RpcError | undefined, isProved: boolean): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    this.health?.stop();
    this.health = undefined;
    if (this.isReady) this.events.onConnectionLost();
    this.isReady = false;
    if (isProved) this.backoff.reset();
    if (error !== undefined || !isProved) this.onFailed(error);
  }

  /**
   * Not again at once, whoever asks: docs/PROTOCOL.md §14.
   * @param error undefined when the server ended the connection by draining it
   */
  private onFailed(error: unknown): void {
    this.attempt = undefined;
    this.failure = error;
    this.retryTimer?.cancel();
    const { environment } = this.init;
    this.retryTimer = environment.setTimer(this.backoff.nextDelayMs(), () => {
      this.retryTimer = undefined;
      this.events.onFailure(this.failure);
    });
    this.events.onFailure(error);
  }
}
