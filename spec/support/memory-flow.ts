import { Buffer } from 'node:buffer';
import {
  client,
  connect,
  Server,
  type Channel,
  type ChannelOptions,
  type Client,
  type PeerIdentity,
  type ServerOptions,
} from '../../src/rpc/index';
import { FakeEnvironment, settle } from './fake-environment';
import { Flow, plainFlow, type FlowHandlers } from './flow-service';
import { MemoryTransport, type MemoryPairOptions } from './memory-pair';
import { parseFrames, type RawFrame } from './raw-frames';

export interface MemoryFlowOptions {
  readonly handlers?: Partial<FlowHandlers>;
  readonly server?: ServerOptions;
  readonly channel?: ChannelOptions;
  readonly pair?: MemoryPairOptions;
  /** What both ends know of each other; default: a connection in clear, without certificates. */
  readonly identity?: PeerIdentity;
}

/**
 * The flow service and its client in memory, with one clock that the test turns; the sister of
 * MemoryProbe for calls that stream and for options of the server.
 */
export class MemoryFlow {
  readonly environment = new FakeEnvironment();
  readonly server: Server;
  readonly channel: Channel;
  readonly flow: Client<typeof Flow>;
  /** What the server has told its log. */
  readonly log: string[] = [];
  /** The client's end and the server's end of each connection, in the order of dialling. */
  readonly pairs: (readonly [MemoryTransport, MemoryTransport])[] = [];

  constructor(options: MemoryFlowOptions = {}) {
    const { environment } = this;
    const log = (line: string) => void this.log.push(line);
    this.server = new Server({ environment, log, ...options.server });
    this.server.add(Flow, { ...plainFlow, ...options.handlers });
    this.channel = connect('memory:1', {
      environment,
      dial: () => {
        const pair = MemoryTransport.pair({ records: true, ...options.pair });
        const { identity } = options;
        if (identity !== undefined) for (const end of pair) Object.assign(end, { identity });
        this.pairs.push(pair);
        this.server.accept(pair[1]);
        return Promise.resolve(pair[0]);
      },
      ...options.channel,
    });
    this.flow = client(Flow, this.channel);
  }

  /** The last connection: the client's end and the server's. */
  get clientEnd(): MemoryTransport {
    return this.pairs.at(-1)![0];
  }

  get serverEnd(): MemoryTransport {
    return this.pairs.at(-1)![1];
  }

  /** Frames of one type that this end of the last connection has got. */
  frames(end: 'clientEnd' | 'serverEnd', type: number): RawFrame[] {
    const bytes = Buffer.concat(this[end].received).subarray(8);
    return parseFrames(bytes).filter((frame) => frame.type === type);
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
