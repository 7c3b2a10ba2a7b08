import { BadCommand, parseCommand, type EmissorCommand } from './emissor-command';
import {
  EMISSOR_MAX,
  EMISSOR_MIN,
  EVERYBODY,
  EXIBIDOR_MIN,
  MessageType,
  SERVER_ID,
} from './message';
import { MessageClient, randomIds, ServerLost, type Shown } from './message-client';
import { isRequestToEnd } from './obedience';
import { lineOf, readableText } from './show';

const LINES_MAX = 1_000;
const PAIRS_TRIED_MAX = 20;

/** A line of the conversation. */
export interface ChatLine {
  readonly kind: 'message' | 'sent' | 'notice' | 'problem';
  /** Who has written it; of 'sent', to whom it went. */
  readonly id: number;
  readonly text: string;
}

/** How a chat ended. */
export type ChatEnding = 'left' | 'asked to end' | 'server lost';

/**
 * One person: emissor N and exibidor 1000 + N, each on its connection as the protocol has it. Keeps
 * what has been said, within a bound, and who is there.
 */
export class ChatSession {
  readonly lines: ChatLine[] = [];
  /** All identifiers, as the server has told them last. */
  clients: readonly number[] = [];
  /** Counts changes, for who shows them. */
  version = 0;
  readonly ended: Promise<ChatEnding>;
  /** The next list has been asked for by a person, who is shown it as a line. */
  private isListWanted = false;
  private readonly watchers = new Set<() => void>();
  private end: (ending: ChatEnding) => void = () => undefined;

  private constructor(
    readonly number: number,
    private readonly emissor: MessageClient,
    private readonly exibidor: MessageClient,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
    for (const client of [emissor, exibidor])
      void client.closed.then(() => this.end('server lost'));
  }

  /**
   * @param wanted its number; any when undefined
   * @returns undefined when the number is taken
   * @throws ServerLost
   */
  static async join(
    address: { host: string; port: number },
    wanted?: number,
  ): Promise<ChatSession | undefined> {
    const numbers = wanted === undefined ? randomIds(EMISSOR_MIN, EMISSOR_MAX) : [wanted];
    let tries = 0;
    for (const number of numbers) {
      if (++tries > PAIRS_TRIED_MAX) break;
      const session = await ChatSession.joinAs(address, number);
      if (session !== undefined) return session;
    }
    return undefined;
  }

  private static async joinAs(
    address: { host: string; port: number },
    number: number,
  ): Promise<ChatSession | undefined> {
    const early: Shown[] = [];
    let show = (message: Shown): void => void early.push(message);
    const exibidor = await MessageClient.connect(address, { show: (message) => show(message) });
    const emissor = await MessageClient.connect(address);
    const hasBoth =
      (await exibidor.identify([EXIBIDOR_MIN + number])) !== undefined &&
      (await emissor.identify([number])) !== undefined;
    if (!hasBoth) {
      await Promise.all([exibidor.leave(), emissor.leave()]);
      return undefined;
    }
    const session = new ChatSession(number, emissor, exibidor);
    show = (message) => session.show(message);
    early.forEach(show);
    return session;
  }

  /** Have who is there told anew. */
  async refresh(): Promise<void> {
    await this.attempt(async () => {
      await this.emissor.askWho(this.exibidor.id);
    });
  }

  /** Carry a typed line out. What is wrong with it becomes a line of the conversation. */
  async type(line: string): Promise<void> {
    let command: EmissorCommand;
    try {
      const isWho = /^\/(quem|who)\s*$/.test(line);
      command = parseCommand(isWho ? `/quem ${this.exibidor.id}` : line);
    } catch (error) {
      if (!(error instanceof BadCommand)) throw error;
      this.add({ kind: 'problem', id: SERVER_ID, text: error.message });
      return;
    }
    await this.attempt(() => this.carryOut(command));
  }

  /** FLW on both connections. */
  async leave(): Promise<void> {
    this.end('left');
    await Promise.all([this.emissor.leave(), this.exibidor.leave()]);
  }

  /** Have a function called after each change. @returns what ends that */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  private async carryOut(command: EmissorCommand): Promise<void> {
    switch (command.kind) {
      case 'nothing':
        return;
      case 'leave':
        this.end('left');
        return;
      case 'who':
        this.isListWanted ||= command.exibidor === this.exibidor.id;
        this.accepted(await this.emissor.askWho(command.exibidor), command.exibidor);
        return;
      case 'text': {
        const { destination, text } = command;
        const isAccepted = await this.emissor.sendText(destination, text);
        if (!this.accepted(isAccepted, destination)) return;
        // What goes to everybody comes back.
        if (destination !== EVERYBODY && destination !== this.exibidor.id) {
          this.add({ kind: 'sent', id: destination, text });
        }
      }
    }
  }

  private accepted(isAccepted: boolean, exibidor: number): boolean {
    if (!isAccepted) {
      const text = `o exibidor ${exibidor} não está, ou sua fila está cheia`;
      this.add({ kind: 'problem', id: SERVER_ID, text });
    }
    return isAccepted;
  }

  private async attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof ServerLost)) throw error;
      this.end('server lost');
    }
  }

  private show(message: Shown): void {
    if (isRequestToEnd(message, new Set([this.number]))) {
      this.end('asked to end');
    } else if (message.type === MessageType.OKQEM) {
      this.clients = message.clients;
      if (this.isListWanted) this.add({ kind: 'notice', id: SERVER_ID, text: lineOf(message) });
      this.isListWanted = false;
      this.changed();
    } else if (message.origin === SERVER_ID) {
      this.add({ kind: 'notice', id: SERVER_ID, text: lineOf(message) });
    } else {
      this.add({ kind: 'message', id: message.origin, text: readableText(message.text) });
      if (!this.clients.includes(message.origin)) void this.refresh();
    }
  }

  private add(line: ChatLine): void {
    this.lines.push(line);
    if (this.lines.length > LINES_MAX) this.lines.shift();
    this.changed();
  }

  private changed(): void {
    this.version += 1;
    for (const watcher of this.watchers) watcher();
  }
}
