import { Buffer } from 'node:buffer';
import { EVERYBODY, MessageType, SERVER_ID, type TextMessage } from './message';
import { encodeMessage, readdress } from './message-codec';

/** Where bytes to a client go. */
export interface Outlet {
  /** Bytes that have been given to send() and have not left. */
  readonly unsentBytes: number;
  send(bytes: Buffer): void;
  /** Close when what was sent has left. */
  end(): void;
  /** Close now. */
  destroy(): void;
}

/** Something on its way to an exibidor. */
export interface Parcel {
  readonly sequence: number;
  readonly timestamp: number;
  /** MSG is answered with OK; OKQEM is an answer itself. */
  readonly isAnswered: boolean;
  bytesFor(destination: number): Buffer;
}

/** A MSG to be handed on, to one or to all of them. */
export class TextParcel implements Parcel {
  readonly isAnswered = true;
  readonly sequence: number;
  readonly timestamp: number;
  private readonly bytes: Buffer;

  constructor(message: TextMessage) {
    this.sequence = message.sequence;
    this.timestamp = message.timestamp;
    this.bytes = encodeMessage(message);
  }

  bytesFor(destination: number): Buffer {
    return readdress(this.bytes, destination);
  }

  /** A text of the server itself. */
  static notice(text: string, sequence: number, timestamp: number): TextParcel {
    return new TextParcel({
      type: MessageType.MSG,
      origin: SERVER_ID,
      destination: EVERYBODY,
      sequence,
      timestamp,
      text: Buffer.from(text),
    });
  }
}

/** A list of clients, made when it leaves: one that waits holds no list, and is not out of date. */
export class ListParcel implements Parcel {
  readonly isAnswered = false;

  constructor(
    readonly sequence: number,
    readonly timestamp: number,
    private readonly clients: () => readonly number[],
  ) {}

  bytesFor(destination: number): Buffer {
    return encodeMessage({
      type: MessageType.OKQEM,
      origin: SERVER_ID,
      destination,
      sequence: this.sequence,
      timestamp: this.timestamp,
      clients: this.clients(),
    });
  }
}

export interface DeliveryLimits {
  readonly unansweredMax: number;
  readonly waitingMax: number;
  readonly unsentBytesMax: number;
}

interface Unanswered {
  readonly sequence: number;
  readonly timestamp: number;
  readonly sentAtMs: number;
}

/**
 * What goes to one exibidor. So many MSGs may be unanswered; the next ones wait in a queue of so
 * many. When that is full what comes is not taken: whoever wrote to this exibidor alone is told at
 * once, and the exibidor is told how many broadcasts it has missed, in the place where they lack.
 */
export class Delivery {
  private readonly waiting: Parcel[] = [];
  private readonly unanswered: Unanswered[] = [];
  private missed = 0;

  /** @param notice a parcel of the server that says how many were missed */
  constructor(
    private readonly id: number,
    private readonly outlet: Outlet,
    private readonly limits: DeliveryLimits,
    private readonly now: () => number,
    private readonly notice: (missed: number) => Parcel,
  ) {}

  /** When the MSG was sent that has been unanswered longest. */
  get unansweredSinceMs(): number | undefined {
    return this.unanswered[0]?.sentAtMs;
  }

  /** Send it now or later. @returns false when it is not taken, because too many are waiting */
  offer(parcel: Parcel): boolean {
    if (this.waiting.length >= this.limits.waitingMax) return false;
    this.noteMissed();
    this.waiting.push(parcel);
    this.pump();
    return true;
  }

  /** As offer(), but a parcel that is not taken is counted as missed. */
  offerBroadcast(parcel: Parcel): boolean {
    const isTaken = this.offer(parcel);
    if (!isTaken) this.missed += 1;
    return isTaken;
  }

  /** As offer(), but taken in any case: the server's last word. */
  offerLast(parcel: Parcel): void {
    this.waiting.push(parcel);
    this.pump();
  }

  /** An OK or ERRO has come. One that answers nothing changes nothing. */
  answer(sequence: number, timestamp: number): void {
    const index = this.unanswered.findIndex(
      (one) => one.sequence === sequence && one.timestamp === timestamp,
    );
    if (index === -1) return;
    this.unanswered.splice(index, 1);
    this.pump();
  }

  /** Send what may be sent: after an answer, and when the outlet has been emptied. */
  pump(): void {
    while (this.mayLeave(this.waiting[0])) {
      const parcel = this.waiting.shift() as Parcel;
      this.outlet.send(parcel.bytesFor(this.id));
      const { sequence, timestamp, isAnswered } = parcel;
      if (isAnswered) this.unanswered.push({ sequence, timestamp, sentAtMs: this.now() });
      if (this.waiting.length === 0) this.noteMissed();
    }
  }

  private mayLeave(parcel: Parcel | undefined): boolean {
    if (parcel === undefined || this.outlet.unsentBytes >= this.limits.unsentBytesMax) return false;
    return !parcel.isAnswered || this.unanswered.length < this.limits.unansweredMax;
  }

  private noteMissed(): void {
    if (this.missed === 0) return;
    this.waiting.push(this.notice(this.missed));
    this.missed = 0;
  }
}
