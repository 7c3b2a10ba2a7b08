import type { ByteReader } from '../../wire/byte-reader';
import { Connection } from '../connection';
import type { ConnectionOwner, ConnectionSettings } from '../connection-owner';
import { RpcError, StatusCode } from '../status';
import type { IncomingCall } from '../streams';
import type { Transport } from '../transport';
import type { Dispatcher } from './dispatcher';
import { ServerCall } from './server-call';
import type { ServerCallHost } from './server-call-host';

/** Connections over the limit that are told so at a time; the rest is only closed. */
export const TURNED_AWAY_MAX = 64;

/** The connections of a server: how many there may be, and who takes their calls. */
export class ServerConnections implements ConnectionOwner<Connection> {
  /** Accepted so far. */
  total = 0;
  private readonly open = new Set<Connection>();
  private onLastClosed: (() => void) | undefined;

  constructor(
    private readonly settings: ConnectionSettings,
    private readonly dispatcher: Dispatcher,
    private readonly host: ServerCallHost,
  ) {}

  get size(): number {
    return this.open.size;
  }

  accept(transport: Transport): void {
    const { connectionsMax } = this.settings.limits;
    const isFull = this.size >= connectionsMax;
    if (this.size >= connectionsMax + TURNED_AWAY_MAX) {
      transport.destroy();
      return;
    }
    const connection = new Connection(this.settings, this, transport);
    this.open.add(connection);
    this.total++;
    connection.start();
    if (isFull) {
      const text = `${connectionsMax} connections are open`;
      connection.turnAway(new RpcError(StatusCode.RESOURCE_EXHAUSTED, text));
    }
  }

  /** Ends all of them gracefully; resolves when the last has ended. */
  drain(drainMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.onLastClosed = resolve;
      if (this.size === 0) resolve();
    });
    for (const connection of this.open) connection.drain(drainMs);
    return closed;
  }

  // ---- ConnectionOwner ------------------------------------------------------------------------

  admit(
    connection: Connection,
    credentials: Uint8Array | undefined,
  ): string | undefined | Promise<string | undefined> {
    return this.host.identify(credentials, connection);
  }

  onCall(connection: Connection, call: IncomingCall, reader: ByteReader): void {
    const { stream } = call;
    stream.owner = NOBODY;
    const entry = this.dispatcher.find(stream.service, stream.method);
    if (entry === undefined) {
      const service = this.dispatcher.serviceName(stream.service);
      const text =
        service === undefined
          ? `no service has the id ${stream.service}`
          : `${service} has no method with the id ${stream.method}`;
      stream.sendError(StatusCode.UNIMPLEMENTED, { text });
      return;
    }
    const serverCall = new ServerCall(this.host, entry, call, connection);
    stream.owner = serverCall;
    serverCall.begin(call.flags, reader);
  }

  onClosed(connection: Connection): void {
    this.open.delete(connection);
    if (this.size === 0) this.onLastClosed?.();
  }

  onReady(): void {
    // The client begins its calls.
  }

  onDraining(): void {
    // It ends by itself, and tells when it has.
  }

  onRoom(): void {
    // Nothing waits here for room.
  }
}

/** Owns a stream that was refused: END has been written, nothing is told any more. */
const NOBODY = {
  wantsMessage: false,
  onMessage: () => undefined,
  onBadMessage: () => undefined,
  onHalfClosed: () => undefined,
  onEndWritten: () => undefined,
  onEnd: () => undefined,
  onMeta: () => undefined,
  onCancel: () => undefined,
  onLost: () => undefined,
};
