import {
  client,
  connect,
  Server,
  type Channel,
  type ChannelOptions,
  type Client,
  type Limits,
  type ServerOptions,
} from '../../src/rpc/index';
import { FakeEnvironment, settle } from './fake-environment';
import { MemoryTransport, type MemoryPairOptions } from './memory-pair';
import { plainHandlers, Probe, type ProbeHandlers } from './probe-service';

export interface MemoryProbeOptions {
  readonly handlers?: Partial<ProbeHandlers>;
  readonly server?: ServerOptions;
  readonly serverLimits?: Partial<Limits>;
  readonly clientLimits?: Partial<Limits>;
  readonly channel?: ChannelOptions;
  readonly pair?: MemoryPairOptions;
}

/**
 * The probe service and its client, joined in memory, with one clock that the test turns. Dialling
 * makes a pair of transports; `dialFailure` makes it fail.
 */
export class MemoryProbe {
  readonly environment = new FakeEnvironment();
  readonly server: Server;
  readonly channel: Channel;
  readonly probe: Client<typeof Probe>;
  /** What both ends have told their logs. */
  readonly log: string[] = [];
  /** The client's end and the server's end of each connection, in the order of dialling. */
  readonly pairs: (readonly [MemoryTransport, MemoryTransport])[] = [];
  /** When each try to dial was made. */
  readonly dialledAtMs: number[] = [];
  dialFailure: Error | undefined;

  constructor(options: MemoryProbeOptions = {}) {
    const { environment } = this;
    const log = (line: string) => void this.log.push(line);
    this.server = new Server({
      environment,
      log,
      limits: options.serverLimits ?? {},
      ...options.server,
    });
    this.server.add(Probe, { ...plainHandlers, ...options.handlers });
    this.channel = connect('memory:1', {
      environment,
      limits: options.clientLimits ?? {},
      dial: () => {
        this.dialledAtMs.push(environment.now());
        if (this.dialFailure !== undefined) return Promise.reject(this.dialFailure);
        const pair = MemoryTransport.pair(options.pair);
        this.pairs.push(pair);
        this.server.accept(pair[1]);
        return Promise.resolve(pair[0]);
      },
      ...options.channel,
    });
    this.probe = client(Probe, this.channel);
  }

  /** The last connection: the client's end and the server's. */
  get clientEnd(): MemoryTransport {
    return this.pairs.at(-1)![0];
  }

  get serverEnd(): MemoryTransport {
    return this.pairs.at(-1)![1];
  }

  /** Only two ids are left on the present connection. */
  useUpIds(): void {
    const { servers } = this.channel as unknown as {
      servers: { subchannels: { connection: { streams: { lastId: number } } }[] };
    };
    servers.subchannels[0]!.connection.streams.lastId = 0x7fff_fffb;
  }

  /** Close both, whatever is in progress. */
  async stop(): Promise<void> {
    const closing = [this.channel.close(), this.server.close({ drainMs: 1 })];
    await this.environment.advance(20_000);
    for (const pair of this.pairs) pair[0].cut();
    await settle();
    await Promise.all(closing);
  }
}
