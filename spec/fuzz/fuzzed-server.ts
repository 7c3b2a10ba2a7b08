import { client, connect, Server } from '../../src/rpc/index';
import { VIOLATIONS } from '../../src/wire/protocol-error';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { Flow, plainFlow } from '../support/flow-service';
import { MemoryTransport } from '../support/memory-pair';
import { MemoryPeer } from '../support/memory-peer';
import { note, plainHandlers, Probe } from '../support/probe-service';
import type { Input } from './hostile-client';
import { cutAtRandom, type Choices } from './random-bytes';

/** A server in memory that is sent anything, and what must not be seen of it. */
export class FuzzedServer {
  /** What it has said that is not the name of a broken rule. */
  readonly unexpected: string[] = [];
  /** Handlers of Hold that have not ended. */
  running = 0;
  readonly environment = new FakeEnvironment();
  private readonly server: Server;

  constructor() {
    const log = (line: string): void => {
      const name = /^memory:client: (?:refused: )?([A-Z0-9_]+): /.exec(line)?.[1] ?? '';
      if (!(name in VIOLATIONS)) this.unexpected.push(line);
    };
    const limits = { messageBytesMax: 1_000, streamsMax: 4 };
    this.server = new Server({ environment: this.environment, log, limits });
    this.server.add(Flow, plainFlow).add(Probe, {
      ...plainHandlers,
      hold: async (request, context) => {
        this.running++;
        try {
          return await plainHandlers.hold(request, context);
        } finally {
          this.running--;
        }
      },
    });
  }

  /** One connection, cut and ended as chance will have it. */
  async play(input: Input, choices: Choices): Promise<void> {
    const peer = MemoryPeer.connect(this.server);
    for (const chunk of cutAtRandom(choices, input.bytes)) peer.transport.write(chunk);
    await settle(4);
    if (choices.below(2) === 0) peer.transport.endWrite();
    else peer.transport.destroy();
    await settle(4);
    if (choices.below(10) === 0) await this.environment.advance(70_000);
  }

  /** Whether a well-behaved client is answered. */
  async serves(): Promise<boolean> {
    const channel = connect('memory:1', {
      environment: this.environment,
      dial: () => {
        const [own, other] = MemoryTransport.pair();
        this.server.accept(other);
        return Promise.resolve(own);
      },
    });
    const { text } = await client(Probe, channel).echo(note('still here'));
    await channel.close();
    return text === 'still here';
  }

  /** Whether it holds no connection: it closes at once then. */
  async closes(): Promise<boolean> {
    let isClosed = false;
    void this.server.close().then(() => (isClosed = true));
    await settle();
    return isClosed;
  }
}
