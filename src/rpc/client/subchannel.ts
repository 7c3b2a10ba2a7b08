import type { Address } from '../address';
import { Connection } from '../connection';
import type { ConnectionOwner, ConnectionSettings } from '../connection-owner';
import { outsideCalls } from '../current-call';
import type { Timer } from '../environment';
import type { RpcError } from '../status';
import { isTlsRefusal } from '../tls-transport';
import type { Transport } from '../transport';
import { Backoff } from './backoff';
import type { HealthWatch } from './health-watch';

/** A connection that lived so long was good, also when it carried no call. */
const PROVED_MS = 10_000;

/** Makes a transport to an address, or throws; `signal` fires when nobody wants it any more. */
export type Dialer = (address: Address, signal: AbortSignal) => Promise<Transport>;

/** How connections are made. */
export interface ConnectInit extends ConnectionSettings {
  readonly dial: Dialer;
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
export class Subchannel implements ConnectionOwner<Connection> {
  /** For new calls. */
  connection: Connection | undefined;
  /** Whether the server has answered on it. */
  isReady = false;
  /** Why the last try or connection failed; undefined while there is hope. */
  failure: unknown;
  /** Those that still have calls to end; the one above among them. */
  private connections: readonly Connection[] = [];
  /** Of the connection: when its HELLO came, and whether a call has been answered on it. */
  private readyMs: number | undefined;
  private hasAnswered = false;
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
    return this.connections.length === 0;
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
    for (const connection of this.connections) {
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
    const connection = new Connection(this.init, this, transport);
    this.connection = connection;
    this.readyMs = undefined;
    this.hasAnswered = false;
    this.connections = this.connections.concat(connection);
    connection.start();
    this.health = this.init.watchHealth?.(connection, () => this.onHealth());
    this.events.onRoom();
  }

  // ---- ConnectionOwner ------------------------------------------------------------------------

  onReady(connection: Connection): void {
    if (this.connection === connection) {
      this.readyMs = this.init.environment.now();
      this.isReady = true;
    }
    this.events.onRoom();
  }

  onRoom(connection: Connection): void {
    if (this.connection === connection) this.hasAnswered = true;
    this.events.onRoom();
  }

  onDraining(connection: Connection, error: RpcError | undefined): void {
    this.onEnding(connection, error);
  }

  onClosed(connection: Connection, error: RpcError | undefined): void {
    this.onEnding(connection, error);
    this.connections = this.connections.filter((one) => one !== connection);
    if (this.isIdle) this.events.onIdle();
  }

  admit(): undefined {
    // Only a server asks who its peer is.
  }

  onCall(): void {
    // Only a server takes calls.
  }

  // ---- helpers --------------------------------------------------------------------------------

  private onHealth(): void {
    if (this.isUnwell) this.events.onFailure(undefined);
    else this.events.onRoom();
  }

  /** No more calls there. After one that gave no answer there is a wait, however it ends. */
  private onEnding(connection: Connection, error: RpcError | undefined): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    this.health?.stop();
    this.health = undefined;
    if (this.isReady) this.events.onConnectionLost();
    this.isReady = false;
    const isProved = this.isProved();
    if (isProved) this.backoff.reset();
    if (error !== undefined || !isProved) this.onFailed(error);
  }

  /** Whether the connection was good. */
  private isProved(): boolean {
    const { readyMs } = this;
    if (this.hasAnswered) return true;
    return readyMs !== undefined && this.init.environment.now() - readyMs >= PROVED_MS;
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
