import { Buffer } from 'node:buffer';
import {
  client,
  connect,
  errorDetail,
  makeIdempotencyKey,
  RpcError,
  StatusCode,
  systemEnvironment,
  type CallOptions,
  type Channel,
  type Client,
  type ClientStreamingCall,
} from '../rpc/index';
import {
  Conformance,
  Empty,
  Refusal,
  Request,
  UnimplementedService,
  type KeyedResponse,
  type Response,
} from './gen/conformance';
import { describeRefusal, describeReply, fromPair, toPair, toRequest } from './messages';
import type {
  Action,
  CallStep,
  ClientSetup,
  Outcome,
  PairData,
  ReplySeen,
  RequestData,
} from './model';

const COMPRESSED_BYTES_MIN = 1_000;
/** Longest wait of a call for a connection, and for room on it. */
const WAIT_MS_MAX = 15_000;

type TaskStep = Omit<CallStep, 'expect'>;

/** What a client is told to do: a case without what is expected. */
export interface Task {
  readonly name: string;
  readonly address: string;
  readonly client?: ClientSetup;
  readonly steps: readonly TaskStep[];
}

/** Clients of the two services, by whichever way of making them is under test. */
export interface Clients {
  conformance(channel: Channel): Client<typeof Conformance>;
  unimplementedService(channel: Channel): Client<typeof UnimplementedService>;
  /** What is given as a request, of what a case says of it. */
  request(data?: RequestData): Request;
  /** What an error of such a client says besides, when it is a Refusal that can be read. */
  refusal(error: RpcError, client: object): Refusal | undefined;
}

const GENERATED: Clients = {
  conformance: (channel) => client(Conformance, channel),
  unimplementedService: (channel) => client(UnimplementedService, channel),
  request: (data) => Request.create(toRequest(data)),
  refusal: (error) => errorDetail(error, Refusal),
};

/**
 * Makes the calls of a case by our own client.
 * @returns for each step the outcomes of its calls, in the order in which they were begun
 */
export async function perform(task: Task, clients = GENERATED): Promise<Outcome[][]> {
  const outcomes: Outcome[][] = [];
  const keys = new Keys();
  await withChannel(task, async (channel) => {
    for (const step of task.steps) {
      outcomes.push(await performStep(task, channel, step, clients, keys));
    }
  });
  return outcomes;
}

/** The channel's connections have ended when the promise is resolved: no call is left behind. */
async function withChannel<T>(task: Task, use: (channel: Channel) => Promise<T>): Promise<T> {
  const { compresses, credentials, address = '{server}' } = task.client ?? {};
  const channel = connect(address.replace('{server}', task.address), {
    connectTimeoutMs: WAIT_MS_MAX,
    ...(compresses === true && { compressedBytesMin: COMPRESSED_BYTES_MIN }),
    sendsCredentialsInClear: true,
    ...(credentials !== undefined && { credentials }),
  });
  try {
    return await use(channel);
  } finally {
    await channel.close();
  }
}

async function performStep(
  task: Task,
  shared: Channel,
  step: TaskStep,
  clients: Clients,
  keys: Keys,
): Promise<Outcome[]> {
  const once = (): Promise<Outcome> =>
    step.onNewConnection === true
      ? withChannel(task, (channel) => new OneCall(step, clients, keys).run(channel))
      : new OneCall(step, clients, keys).run(shared);
  const times = step.times ?? 1;
  if (step.atOnce === true) return Promise.all(Array.from({ length: times }, once));
  const outcomes: Outcome[] = [];
  while (outcomes.length < times) outcomes.push(await once());
  return outcomes;
}

interface Cancellable {
  cancel(): void;
}

interface ManyRequests extends Cancellable {
  send(request: Request): Promise<boolean>;
  end?(): void;
}

type ManyReplies = AsyncIterator<Response, undefined> & Partial<ManyRequests> & Cancellable;

/** The keys of a task's calls, by the words that its steps have for them. */
class Keys {
  private readonly made = new Map<string, Uint8Array>();

  named(name: string): Uint8Array {
    const key = this.made.get(name) ?? makeIdempotencyKey(systemEnvironment);
    this.made.set(name, key);
    return key;
  }
}

/** One call and what comes of it. */
class OneCall {
  private readonly replies: ReplySeen[] = [];
  private initialMetadata: readonly PairData[] = [];
  private trailers: readonly PairData[] = [];
  private readonly aborter = new AbortController();

  constructor(
    private readonly step: TaskStep,
    private readonly clients: Clients,
    private readonly keys: Keys,
  ) {}

  async run(channel: Channel): Promise<Outcome> {
    const service = this.clients.conformance(channel);
    try {
      await this.call(service, channel);
      return this.outcome(StatusCode.OK, '', false);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const outcome = this.outcome(error.code, error.text, error.mayHaveActed);
      const refusal = this.clients.refusal(error, service);
      return refusal === undefined ? outcome : { ...outcome, refusal: describeRefusal(refusal) };
    }
  }

  private async call(service: Client<typeof Conformance>, channel: Channel): Promise<void> {
    const request = this.clients.request(this.step.request);
    switch (this.step.method) {
      case 'EmptyCall':
        await this.unary(service.emptyCall(Empty.create(), this.options()));
        break;
      case 'UnimplementedCall':
        await this.unary(service.unimplementedCall(Empty.create(), this.options()));
        break;
      case 'UnimplementedService':
        await this.unary(
          this.clients
            .unimplementedService(channel)
            .unimplementedCall(Empty.create(), this.options()),
        );
        break;
      case 'UnaryCall':
        this.take(await this.unary(service.unaryCall(request, this.options())));
        break;
      case 'KeyedCall':
        this.take(await this.unary(service.keyedCall(request, this.options())));
        break;
      case 'StreamingOutputCall':
        await this.readAll(service.streamingOutputCall(request, this.options()));
        break;
      case 'StreamingInputCall':
        await this.writeAll(service.streamingInputCall(this.options()));
        break;
      case 'FullDuplexCall':
        await this.readAll(service.fullDuplexCall(this.options()));
        break;
      case 'HalfDuplexCall':
        await this.readAll(service.halfDuplexCall(this.options()));
        break;
    }
  }

  private options(): CallOptions {
    const { timeoutMs, waitForReady, metadata, credentials, key } = this.step;
    return {
      signal: this.aborter.signal,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(waitForReady !== undefined && { waitForReady }),
      ...(credentials !== undefined && { credentials: Buffer.from(credentials) }),
      ...(key !== undefined && { idempotencyKey: this.keys.named(key) }),
      ...(metadata !== undefined && { metadata: metadata.map(toPair) }),
      onMetadata: (pairs) => (this.initialMetadata = pairs.map(fromPair)),
      onTrailers: (pairs) => (this.trailers = pairs.map(fromPair)),
    };
  }

  /** Of the actions a unary call has only `cancel`. */
  private async unary<T>(reply: Promise<T>): Promise<T> {
    if (this.step.actions?.some((action) => 'cancel' in action) === true) this.aborter.abort();
    return reply;
  }

  private async writeAll(call: ClientStreamingCall<Request, Response>): Promise<void> {
    try {
      for (const action of this.step.actions ?? []) await this.act(action, call);
    } catch (error) {
      call.cancel();
      throw error;
    }
    this.take(await call.finish());
  }

  private async readAll(call: ManyReplies): Promise<void> {
    try {
      for (const action of this.step.actions ?? []) {
        if (!('receive' in action)) await this.act(action, call);
        else for (let count = 0; count < action.receive; count++) await this.read(call);
      }
    } catch (error) {
      // A request could not be sent: what has come before that counts all the same.
      call.cancel();
      while (await this.read(call).catch(() => false));
      throw error;
    }
    while (await this.read(call));
  }

  /** @returns whether there was a reply */
  private async read(call: AsyncIterator<Response, undefined>): Promise<boolean> {
    const { value: response } = await call.next();
    if (response !== undefined) this.take(response);
    return response !== undefined;
  }

  private async act(action: Action, call: Partial<ManyRequests> & Cancellable): Promise<void> {
    if ('send' in action) await call.send?.(this.clients.request(action.send));
    if ('endRequests' in action) call.end?.();
    if ('cancel' in action) call.cancel();
  }

  private take(response: Response | KeyedResponse): void {
    this.replies.push(describeReply(response));
  }

  private outcome(code: number, text: string, mayHaveActed: boolean): Outcome {
    const { replies, initialMetadata, trailers } = this;
    return { code, text, replies, initialMetadata, trailers, mayHaveActed };
  }
}
