import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  MessageType,
  SERVER_ID,
  type ListMessage,
  type Message,
  type MessageHeader,
  type TextMessage,
} from './message';
import { encodeMessage } from './message-codec';
import { MessageSocket } from './message-socket';

/** A server answers at once; one that has not after this time is stopped or gone. */
const ANSWER_MS = 10_000;
const CONNECT_MS = 5_000;
/** Of one's own messages that the server leaves unread. */
const UNSENT_BYTES_MAX = 65_536;

/** What an exibidor is sent. */
export type Shown = TextMessage | ListMessage;

/** The connection to the server is gone, or the server does not answer. */
export class ServerLost extends Error {
  override readonly name = 'ServerLost';
}

interface Request {
  /** What OI claims: it is ours from the OK on, and the next message may come with that. */
  readonly claims: number | undefined;
  readonly resolve: (isAccepted: boolean) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export interface MessageClientOptions {
  /** Shows what has come; the server is told OK when that is done. One at a time, in order. */
  readonly show?: (message: Shown) => Promise<void> | void;
  readonly answerMs?: number;
}

/** An emissor's or exibidor's end of a connection. */
export class MessageClient {
  /** Settles when the connection is gone, whoever has closed it. */
  readonly closed: Promise<void>;
  private readonly link: MessageSocket;
  private readonly requests = new Map<number, Request>();
  private readonly show: (message: Shown) => Promise<void> | void;
  private readonly answerMs: number;
  private ownId: number | undefined;
  private nextSequence = 0;
  private lost: ServerLost | undefined;

  constructor(socket: Socket, options: MessageClientOptions = {}) {
    this.show = options.show ?? (() => undefined);
    this.answerMs = options.answerMs ?? ANSWER_MS;
    let settle: () => void;
    this.closed = new Promise((resolve) => (settle = resolve));
    const handler = {
      onMessage: (message: Message) => this.receive(message),
      onUnknown: () => this.link.destroy(),
      onClosed: (error: Error | undefined) => {
        this.fail(new ServerLost('o servidor encerrou a conexão', { cause: error }));
        settle();
      },
    };
    this.link = new MessageSocket(socket, handler, UNSENT_BYTES_MAX);
  }

  /** @throws ServerLost when nobody answers there */
  static async connect(
    address: { host: string; port: number },
    options: MessageClientOptions = {},
  ): Promise<MessageClient> {
    const socket = connect({ ...address, allowHalfOpen: true, autoSelectFamily: true });
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
    } catch (cause) {
      socket.on('error', () => undefined).destroy();
      throw new ServerLost(`não há servidor em ${address.host}:${address.port}`, { cause });
    }
    return new MessageClient(socket, options);
  }

  /** The identifier that the server has given. */
  get id(): number {
    if (this.ownId === undefined) throw new Error('identify() comes first');
    return this.ownId;
  }

  /**
   * Say OI with one identifier after the other, until the server takes one.
   * @returns undefined when it takes none
   */
  async identify(candidates: Iterable<number>): Promise<number | undefined> {
    for (const id of candidates) {
      if (await this.request({ type: MessageType.OI, origin: id, destination: SERVER_ID })) {
        return id;
      }
    }
    return undefined;
  }

  /** @returns whether the server has accepted it. @throws ServerLost */
  sendText(destination: number, text: string | Buffer): Promise<boolean> {
    return this.request({
      type: MessageType.MSG,
      origin: this.id,
      destination,
      text: Buffer.from(text),
    });
  }

  /** Have the list of clients sent to an exibidor. @returns whether that is there */
  askWho(exibidor: number): Promise<boolean> {
    return this.request({ type: MessageType.QEM, origin: this.id, destination: exibidor });
  }

  /** Say FLW, and close when the server has answered. */
  async leave(): Promise<void> {
    const origin = this.ownId ?? SERVER_ID;
    try {
      await this.request({ type: MessageType.FLW, origin, destination: SERVER_ID });
    } catch (error) {
      if (!(error instanceof ServerLost)) throw error;
    }
    this.close();
    await this.closed;
  }

  /** Close without a word. */
  close(): void {
    this.link.destroy();
  }

  private request(
    message:
      | Omit<TextMessage, 'sequence' | 'timestamp'>
      | (Pick<MessageHeader, 'origin' | 'destination'> & {
          type: MessageType.OI | MessageType.FLW | MessageType.QEM;
        }),
  ): Promise<boolean> {
    if (this.lost !== undefined) return Promise.reject(this.lost);
    const sequence = this.nextSequence;
    this.nextSequence = (sequence + 1) >>> 0;
    this.link.send(encodeMessage({ ...message, sequence, timestamp: unixSeconds() }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.giveUp(), this.answerMs);
      const claims = message.type === MessageType.OI ? message.origin : undefined;
      this.requests.set(sequence, { claims, resolve, reject, timer });
    });
  }

  private receive(message: Message): void {
    switch (message.type) {
      case MessageType.OK:
      case MessageType.ERRO: {
        const request = this.requests.get(message.sequence);
        if (request === undefined) return;
        clearTimeout(request.timer);
        this.requests.delete(message.sequence);
        const isAccepted = message.type === MessageType.OK;
        if (isAccepted) this.ownId = request.claims ?? this.ownId;
        request.resolve(isAccepted);
        return;
      }
      case MessageType.MSG:
        void this.showThen(message, () => this.answer(MessageType.OK, message));
        return;
      case MessageType.OKQEM:
        void this.showThen(message, () => undefined);
        return;
      default:
        // A server sends none of them.
        this.answer(MessageType.ERRO, message);
    }
  }

  /** Nothing else is read while a message is being shown, so they are shown one after another. */
  private async showThen(message: Shown, shown: () => void): Promise<void> {
    const isShown = this.show(message);
    if (isShown !== undefined) {
      this.link.hold();
      try {
        await isShown;
      } catch {
        // Nobody sees what is shown any more; whoever shows it knows.
        this.close();
        return;
      }
      shown();
      this.link.release();
    } else shown();
  }

  private answer(type: MessageType.OK | MessageType.ERRO, to: MessageHeader): void {
    const { sequence, timestamp } = to;
    const origin = this.ownId ?? SERVER_ID;
    this.link.send(encodeMessage({ type, origin, destination: SERVER_ID, sequence, timestamp }));
  }

  private giveUp(): void {
    this.fail(new ServerLost(`o servidor não respondeu em ${this.answerMs / 1_000} s`));
    this.close();
  }

  private fail(error: ServerLost): void {
    this.lost ??= error;
    for (const { reject, timer } of this.requests.values()) {
      clearTimeout(timer);
      reject(this.lost);
    }
    this.requests.clear();
  }
}

function unixSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}

/** Identifiers of a role to be tried: all of them once, from a random one on. */
export function* randomIds(first: number, last: number): Generator<number> {
  const count = last - first + 1;
  const start = Math.floor(Math.random() * count);
  for (let i = 0; i < count; i++) yield first + ((start + i) % count);
}
