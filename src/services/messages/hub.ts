import { Delivery, ListParcel, TextParcel, type Outlet, type Parcel } from './delivery';
import { HUB_LIMITS, type HubLimits } from './limits';
import {
  END_TEXT,
  EVERYBODY,
  MessageType,
  SERVER_ID,
  TEXT_BYTES_MAX,
  type Message,
  type MessageHeader,
  type TextMessage,
} from './message';
import { encodeMessage } from './message-codec';
import { overdue } from './overdue';
import { Registry } from './registry';
import { Session } from './session';

export interface HubOptions {
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Seconds since 1970, for timestamps. */
  readonly timestamp: () => number;
  readonly limits?: Partial<HubLimits>;
  /** Told what happens, a line of Portuguese at a time. */
  readonly log?: (line: string) => void;
}

/**
 * The server of the message system, apart from its sockets: who is there, who may say what, and
 * what goes where. Messages come in one at a time; whatever comes out goes to an Outlet at once or
 * waits in a bounded Delivery. Nothing here waits for a client.
 */
export class Hub {
  private readonly registry = new Registry();
  private readonly sessions = new Set<Session>();
  private readonly limits: HubLimits;
  private nextSequence = 0;

  constructor(private readonly options: HubOptions) {
    this.limits = { ...HUB_LIMITS, ...options.limits };
  }

  /** A client has connected. */
  open(outlet: Outlet): Session {
    const session = new Session(outlet, this.options.now());
    this.sessions.add(session);
    return session;
  }

  /** Its connection is gone, with FLW or without: its identifier is free. */
  closed(session: Session): void {
    if (session.id !== undefined) this.log(`${session.name}: conexão perdida`);
    this.registry.remove(session);
    this.sessions.delete(session);
  }

  /** What was sent to it has left. */
  drained(session: Session): void {
    session.unreadSinceMs = undefined;
    session.delivery?.pump();
  }

  receive(session: Session, message: Message): void {
    if (session.hasLeft) return;
    switch (message.type) {
      case MessageType.OK:
      case MessageType.ERRO:
        // An answer is not answered. Who forges the origin of one harms only itself.
        session.delivery?.answer(message.sequence, message.timestamp);
        return;
      case MessageType.OI: {
        this.reply(session, message, this.identify(session, message));
        return;
      }
      case MessageType.FLW: {
        this.leave(session, message);
        return;
      }
      case MessageType.MSG: {
        this.reply(session, message, this.route(session, message));
        return;
      }
      case MessageType.QEM: {
        this.reply(session, message, this.list(session, message));
        return;
      }
      case MessageType.OKQEM: {
        this.reply(session, message, false);
        return;
      }
    }
  }

  /** A message of an unknown type: nobody can know where it ends, so it is the last one. */
  receiveUnknown(session: Session, header: MessageHeader): void {
    if (!session.hasLeft) this.reply(session, header, false);
    this.log(`${session.name}: mensagem de tipo ${header.type}, conexão encerrada`);
    this.dismiss(session);
    session.outlet.end();
  }

  /** Close what has taken too long; to be called about once a second. */
  tick(): void {
    const nowMs = this.options.now();
    for (const session of this.sessions) {
      session.unreadSinceMs ??= session.outlet.unsentBytes > 0 ? nowMs : undefined;
      const reason = overdue(session, this.limits, nowMs);
      if (reason === undefined) continue;
      this.log(`${session.name}: ${reason}, conexão encerrada`);
      this.dismiss(session);
      session.outlet.destroy();
    }
  }

  /** Ask every exibidor to end. There is nothing that an emissor could be told. */
  endExibidores(): void {
    const parcel = this.notice(END_TEXT);
    for (const { delivery } of this.registry.allExibidores()) delivery?.offerLast(parcel);
  }

  get exibidoresThere(): number {
    return [...this.registry.allExibidores()].length;
  }

  private identify(session: Session, message: MessageHeader): boolean {
    if (session.id !== undefined || !this.registry.add(message.origin, session)) return false;
    if (session.role === 'exibidor') {
      const { now } = this.options;
      session.delivery = new Delivery(message.origin, session.outlet, this.limits, now, (missed) =>
        this.missedNotice(missed),
      );
    }
    this.log(`${session.name}: entrou`);
    return true;
  }

  private leave(session: Session, message: MessageHeader): void {
    // Who has no identifier may leave too: perhaps it was refused one.
    const isForged = session.id !== undefined && message.origin !== session.id;
    this.reply(session, message, !isForged);
    if (isForged) return;
    this.log(`${session.name}: saiu`);
    this.dismiss(session);
  }

  /** It is nobody any more, and is given a while to close. */
  private dismiss(session: Session): void {
    this.registry.remove(session);
    session.anonymousSinceMs = this.options.now();
    session.hasLeft = true;
  }

  /** @returns whether the text goes, or will go, to whom it is meant for */
  private route(session: Session, message: TextMessage): boolean {
    if (!this.isEmissor(session, message) || message.text.length > TEXT_BYTES_MAX) return false;
    const parcel = new TextParcel({ ...message, timestamp: this.options.timestamp() });
    if (message.destination !== EVERYBODY) {
      return this.registry.exibidor(message.destination)?.delivery?.offer(parcel) ?? false;
    }
    for (const { delivery } of this.registry.allExibidores()) delivery?.offerBroadcast(parcel);
    return true;
  }

  private list(session: Session, message: MessageHeader): boolean {
    if (!this.isEmissor(session, message)) return false;
    const parcel = new ListParcel(message.sequence, message.timestamp, () => this.registry.ids());
    return this.registry.exibidor(message.destination)?.delivery?.offer(parcel) ?? false;
  }

  private isEmissor(session: Session, message: MessageHeader): boolean {
    return session.role === 'emissor' && session.id === message.origin;
  }

  private reply(session: Session, message: MessageHeader, isAccepted: boolean): void {
    session.outlet.send(
      encodeMessage({
        type: isAccepted ? MessageType.OK : MessageType.ERRO,
        origin: SERVER_ID,
        destination: session.id ?? message.origin,
        sequence: message.sequence,
        timestamp: message.timestamp,
      }),
    );
  }

  private missedNotice(missed: number): Parcel {
    const what = missed === 1 ? 'mensagem foi descartada' : 'mensagens foram descartadas';
    return this.notice(`${missed} ${what}: este exibidor estava lento`);
  }

  private notice(text: string): TextParcel {
    const sequence = this.nextSequence;
    this.nextSequence = (sequence + 1) >>> 0;
    return TextParcel.notice(text, sequence, this.options.timestamp());
  }

  private log(line: string): void {
    this.options.log?.(line);
  }
}
