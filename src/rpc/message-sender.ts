import { Buffer } from 'node:buffer';
import type { ByteWriter } from '../wire/byte-writer';
import { Flag } from '../wire/frame';
import { fragmentLength } from '../wire/fragments';
import { giveBuffer } from '../wire/long-buffers';
import type { HeldBytes } from './held-bytes';
import type { LooseMessage } from './message-encoding';
import type { Outbox } from './outbox';
import { RpcError, StatusCode } from './status';
import { Next, type DataSource } from './turns';
import { SendWindow } from './window';

const NOTHING = Buffer.alloc(0);

/** What a sender needs of its stream. */
export interface SenderHost {
  readonly held: HeldBytes;
  readonly outbox: Outbox;
  /** Write one DATA frame with these flags. */
  writeData(writer: ByteWriter, flags: number, payload: Buffer): void;
  /** All that was queued has been written, and what was to follow may. */
  onQueueEmpty(): void;
}

/** A whole message that waits for credit and for the socket. */
interface Queued {
  readonly message: LooseMessage;
  /** Of its first frame: MSG, COMPRESSED. */
  readonly flags: number;
  /** Told true when its last byte is written, false when the call ended before. */
  readonly settle: ((isSent: boolean) => void) | undefined;
}

/**
 * The sending half of a stream: messages wait here, in order, until there is credit for them and
 * the socket is free.
 */
export class MessageSender implements DataSource {
  readonly window = new SendWindow();
  private readonly queue: Queued[] = [];
  /** Bytes of the first message in the queue that are written. */
  private sent = 0;
  private lastFollows = false;
  /** LAST has to go in a frame of its own, which costs credit too. */
  private isLastAlone = false;

  constructor(private readonly host: SenderHost) {}

  get isIdle(): boolean {
    return this.queue.length === 0;
  }

  /** No more messages: the last frame gets LAST, or an empty one when all are written. */
  closeHalf(): void {
    this.lastFollows = true;
    if (!this.isIdle) return;
    this.isLastAlone = true;
    this.host.outbox.enqueue(this);
  }

  /**
   * @throws RpcError RESOURCE_EXHAUSTED when the connection holds too much unsent: somebody sends
   * without waiting
   */
  enqueue(message: LooseMessage, flags: number, settle?: (isSent: boolean) => void): void {
    if (this.tryEnqueue(message, flags, settle)) return;
    throw new RpcError(
      StatusCode.RESOURCE_EXHAUSTED,
      'the connection holds too much unsent: wait for send() before sending more',
      { mayHaveActed: false },
    );
  }

  /** Queue a message, or answer false when the connection holds too much. */
  tryEnqueue(message: LooseMessage, flags: number, settle?: (isSent: boolean) => void): boolean {
    if (!this.host.held.take(lengthOf(message))) return false;
    this.queue.push({ message, flags, settle });
    this.host.outbox.enqueue(this);
    return true;
  }

  /** CREDIT has come. @throws ProtocolError */
  grant(creditBytes: number): void {
    this.window.grant(creditBytes);
    if (!this.isIdle || this.isLastAlone) this.host.outbox.enqueue(this, this.sent > 0);
  }

  /** The call is over: nothing more is sent. */
  drop(): void {
    if (this.isIdle && !this.isLastAlone) return;
    this.isLastAlone = false;
    this.host.outbox.dequeue(this);
    const dropped = this.queue.splice(0);
    this.sent = 0;
    for (const { message, settle } of dropped) {
      this.host.held.give(lengthOf(message));
      settle?.(false);
    }
  }

  writeFrame(writer: ByteWriter): Next {
    const first = this.queue[0];
    if (first === undefined) {
      if (this.isLastAlone && this.window.spend(0)) {
        this.isLastAlone = false;
        this.host.writeData(writer, Flag.LAST, NOTHING);
      }
      return Next.NOTHING;
    }
    return this.writeOf(first, writer);
  }

  private writeOf({ message, flags, settle }: Queued, writer: ByteWriter): Next {
    const size = lengthOf(message);
    const begin = this.sent;
    const length = fragmentLength(size, begin);
    if (!this.window.spend(length)) return Next.NOTHING;
    const isWhole = begin + length === size;
    const isLast = isWhole && this.lastFollows && this.queue.length === 1;
    const frameFlags =
      (begin === 0 ? flags : 0) | (isWhole ? 0 : Flag.MORE) | (isLast ? Flag.LAST : 0);
    const at = message.start + begin;
    this.host.writeData(writer, frameFlags, message.buffer.subarray(at, at + length));
    if (!isWhole) {
      this.sent += length;
      return Next.REST;
    }
    this.sent = 0;
    this.queue.shift();
    this.host.held.give(size);
    giveBuffer(message.buffer);
    settle?.(true);
    if (!this.isIdle) return Next.MESSAGE;
    this.host.onQueueEmpty();
    return Next.NOTHING;
  }
}

function lengthOf({ start, end }: LooseMessage): number {
  return end - start;
}
