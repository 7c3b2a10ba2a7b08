import { Buffer } from 'node:buffer';
import {
  client,
  connect,
  makeIdempotencyKey,
  Server,
  StatusCode,
  type CallContext,
  type Channel,
  type ChannelOptions,
  type Client,
  type OutcomeStore,
  type ServerOptions,
} from '../../src/rpc/index';
import { FakeEnvironment } from './fake-environment';
import { Keyed } from './keyed-service';
import { MemoryTransport } from './memory-pair';
import { failureOf } from './outcome';
import { note, type Note } from './probe-service';

export type PayHandler = (request: Note, context: CallContext) => Note | Promise<Note>;

/** The keyed service and its client in memory, with one clock that the test turns. */
export class MemoryKeyed {
  readonly environment = new FakeEnvironment();
  readonly server: Server;
  readonly channel: Channel;
  readonly keyed: Client<typeof Keyed>;
  readonly pairs: (readonly [MemoryTransport, MemoryTransport])[] = [];
  /** The texts that Pay's handler has run for. */
  readonly paid: string[] = [];
  /** Nobody can connect. */
  isDown = false;

  constructor(
    pay?: PayHandler,
    options: ChannelOptions = {},
    outcomes?: OutcomeStore,
    server: ServerOptions = {},
  ) {
    const { environment } = this;
    this.server = new Server({ environment, log: () => undefined, ...server });
    this.server.add(
      Keyed,
      {
        pay: (request, context) => {
          this.paid.push(request.text);
          return pay?.(request, context) ?? note(`${request.text} paid ${this.paid.length}`);
        },
        refund: (request) => request,
        look: (request) => request,
      },
      outcomes,
    );
    this.channel = connect('memory:1', {
      environment,
      dial: () => this.dial(),
      sendsCredentialsInClear: true,
      ...options,
    });
    this.keyed = client(Keyed, this.channel);
  }

  dial(): Promise<MemoryTransport> {
    if (this.isDown) return Promise.reject(new Error('down'));
    const pair = MemoryTransport.pair();
    this.pairs.push(pair);
    this.server.accept(pair[1]);
    return Promise.resolve(pair[0]);
  }

  newKey(atMs?: number): Uint8Array {
    const key = Buffer.from(makeIdempotencyKey(this.environment));
    if (atMs !== undefined) key.writeUIntBE(atMs, 0, 6);
    return key;
  }

  async pay(text: string, idempotencyKey?: Uint8Array): Promise<string> {
    return (await this.keyed.pay(note(text), idempotencyKey && { idempotencyKey })).text;
  }

  async codeOfPay(text: string, key: Uint8Array): Promise<string> {
    return StatusCode[(await failureOf(this.pay(text, key))).code];
  }

  async stop(): Promise<void> {
    const closing = [this.channel.close(), this.server.close({ drainMs: 1 })];
    await this.environment.advance(20_000);
    await Promise.all(closing);
  }
}
