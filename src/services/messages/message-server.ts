import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hub } from './hub';
import { CONNECTIONS_MAX, HUB_LIMITS, type HubLimits } from './limits';
import { MessageSocket } from './message-socket';

const TICK_MS = 1_000;
const ENDING_MS = 3_000;
const ENDING_STEP_MS = 20;

export interface MessageServerOptions {
  readonly limits?: Partial<HubLimits>;
  /** How often it is looked whether something has taken too long. */
  readonly tickMs?: number;
  /** What exibidores get to leave when the server ends, and then connections to close. */
  readonly endingMs?: number;
  readonly log?: (line: string) => void;
}

/** The hub on TCP. */
export class MessageServer {
  private readonly hub: Hub;
  private readonly listener: Server;
  private readonly sockets = new Set<Socket>();
  private readonly ticker: NodeJS.Timeout;
  private readonly limits: HubLimits;
  private readonly endingMs: number;

  constructor(options: MessageServerOptions = {}) {
    const { limits, log = () => undefined, tickMs = TICK_MS, endingMs = ENDING_MS } = options;
    this.endingMs = endingMs;
    this.limits = { ...HUB_LIMITS, ...limits };
    this.hub = new Hub({
      now: () => performance.now(),
      timestamp: () => Math.floor(Date.now() / 1_000),
      limits: this.limits,
      log,
    });
    this.listener = createServer({ allowHalfOpen: true }, (socket) => this.accept(socket));
    this.listener.maxConnections = CONNECTIONS_MAX;
    this.ticker = setInterval(() => this.hub.tick(), tickMs).unref();
  }

  /**
   * Serve on all addresses of the machine.
   * @param port 0 for any; resolves to the one it is
   * @throws the system's error: EADDRINUSE, EACCES
   */
  async listen(port: number): Promise<number> {
    // Two thousand clients that start together wait to be accepted.
    this.listener.listen({ port, backlog: CONNECTIONS_MAX });
    await once(this.listener, 'listening');
    return (this.listener.address() as AddressInfo).port;
  }

  /** Tell the exibidores to end, wait a little for them, and close all connections. */
  async close(): Promise<void> {
    const isClosed = new Promise((resolve) => this.listener.close(resolve));
    this.hub.endExibidores();
    await this.waitUntil(() => this.hub.exibidoresThere === 0);
    for (const socket of this.sockets) socket.end();
    await this.waitUntil(() => this.sockets.size === 0);
    for (const socket of this.sockets) socket.destroy();
    clearInterval(this.ticker);
    await isClosed;
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    const { hub } = this;
    const link = new MessageSocket(
      socket,
      {
        onMessage: (message) => hub.receive(session, message),
        onUnknown: (header) => hub.receiveUnknown(session, header),
        onRead: () => noteMidMessage(),
        onDrained: () => hub.drained(session),
        onClosed: () => {
          this.sockets.delete(socket);
          hub.closed(session);
        },
      },
      this.limits.unsentBytesMax,
    );
    const session = hub.open(link);
    let messagesBefore = 0;
    const noteMidMessage = (): void => {
      const isSame = messagesBefore === link.messagesRead;
      messagesBefore = link.messagesRead;
      if (!link.isMidMessage) session.midMessageSinceMs = undefined;
      else if (!isSame || session.midMessageSinceMs === undefined) {
        session.midMessageSinceMs = performance.now();
      }
    };
  }

  private async waitUntil(isSo: () => boolean): Promise<void> {
    for (let left = this.endingMs / ENDING_STEP_MS; left > 0 && !isSo(); left--) {
      await sleep(ENDING_STEP_MS);
    }
  }
}
