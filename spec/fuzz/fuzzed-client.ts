import { client, connect, RpcError, Server } from '../../src/rpc/index';
import { FakeEnvironment, settle } from '../support/fake-environment';
import { Flow, plainFlow, textsOf } from '../support/flow-service';
import { MemoryTransport } from '../support/memory-pair';
import { note } from '../support/probe-service';
import type { Input } from './hostile-client';
import { cutAtRandom, type Choices } from './random-bytes';

/** For an input that is delivered byte by byte; who closes by a timer is not waited for. */
const ROUNDS_MAX = 1_000;

/** Channels in memory whose first server sends anything, and what must not be seen of them. */
export class FuzzedClient {
  calls = 0;
  settled = 0;
  /** What calls have failed by that is no RpcError. */
  readonly foreign: unknown[] = [];
  /** Channels that did not get on with a good server afterwards. */
  broken = 0;
  readonly environment = new FakeEnvironment();
  private readonly goodServer: Server;

  constructor() {
    this.goodServer = new Server({ environment: this.environment, log: () => undefined });
    this.goodServer.add(Flow, plainFlow);
  }

  /**
   * One call of each kind on a connection whose server sends `input` and goes away; then a call on
   * the same channel, whose next server is a good one.
   */
  async play({ bytes }: Input, choices: Choices): Promise<void> {
    let hostile: MemoryTransport | undefined;
    let first: MemoryTransport | undefined;
    const channel = connect('memory:1', {
      environment: this.environment,
      dial: () => {
        const [own, servers] = MemoryTransport.pair();
        first ??= own;
        if (hostile === undefined) hostile = listened(servers);
        else this.goodServer.accept(servers);
        return Promise.resolve(own);
      },
    });
    const flow = client(Flow, channel);
    this.expectSettled(flow.ask(note('a')));
    this.expectSettled(textsOf(flow.count(note('1'))));
    const collect = flow.collect();
    this.expectSettled(collect.send(note('c')));
    this.expectSettled(collect.finish());
    const chat = flow.chat();
    this.expectSettled(chat.send(note('d')));
    this.expectSettled(textsOf(chat));
    await settle(2);
    for (const chunk of cutAtRandom(choices, bytes)) hostile?.write(chunk);
    await settle(4);
    if (choices.below(3) === 0) hostile?.destroy();
    else if (choices.below(2) === 0) hostile?.endWrite();
    else hostile?.cut();
    await settle(4);
    chat.cancel();
    collect.cancel();
    for (let round = 0; first?.isDestroyed === false && round < ROUNDS_MAX; round++) {
      await settle(4);
    }
    const after = flow.ask(note('still here'), { waitForReady: true }).then(
      ({ text }) => text === 'still here',
      () => false,
    );
    await this.environment.advance(1_000);
    const closed = channel.close();
    await this.environment.advance(100_000);
    if (!(await after)) this.broken++;
    await closed;
  }

  async closes(): Promise<boolean> {
    let isClosed = false;
    void this.goodServer.close().then(() => (isClosed = true));
    await settle();
    return isClosed;
  }

  private expectSettled(call: Promise<unknown>): void {
    this.calls++;
    call.then(
      () => this.settled++,
      (error: unknown) => {
        this.settled++;
        if (!(error instanceof RpcError)) this.foreign.push(error);
      },
    );
  }
}

/** A server's end that takes everything and answers a FIN. */
function listened(servers: MemoryTransport): MemoryTransport {
  servers.start({
    onBytes: () => undefined,
    onDrained: () => undefined,
    onEnded: () => servers.endWrite(),
    onClosed: () => undefined,
  });
  return servers;
}
