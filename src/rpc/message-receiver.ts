import type { Buffer } from 'node:buffer';
import { Flag } from '../wire/frame';
import type { MessageAssembly } from '../wire/fragments';
import { FRAME_BYTES_MAX, FRAME_OVERHEAD_BYTES } from '../wire/limits';
import { ProtocolError, type Violation } from '../wire/protocol-error';
import type { HeldBytes } from './held-bytes';
import type { MessageRoom } from './message-room';
import { frameCost, ReceiveWindow } from './window';

/** What a receiver needs of its stream. */
export interface ReceiverHost {
  readonly held: HeldBytes;
  readonly messageBytesMax: number;
  readonly room: MessageRoom;
  /** Whether somebody waits for the message that is coming. */
  readonly wantsMessage: boolean;
  /** Whether fragments may earn credit although the connection holds much: the oldest may. */
  readonly isOldestUnfinished: boolean;
  /** A message has been begun, or is begun no longer. */
  onUnfinished(isUnfinished: boolean): void;
  /**
   * A message is whole. Whoever takes it gives `costBytes` back by earn().
   * @param isOwned the buffer was made for it
   */
  onMessage(
    bytes: Buffer,
    start: number,
    end: number,
    costBytes: number,
    isCompressed: boolean,
    isOwned: boolean,
  ): void;
  sendCredit(creditBytes: number): void;
}

/**
 * The receiving half of a stream: counts credit, puts fragments together. Fragments earn their
 * credit as they come when somebody waits for their message, or a message longer than the window
 * would never be whole; else the whole message earns it when it is taken.
 */
export class MessageReceiver {
  private readonly window = new ReceiveWindow();
  private assembly: MessageAssembly | undefined;
  /** For the message whose first fragment is being read. */
  private next: MessageAssembly | undefined;
  private isCompressed = false;
  /** Cost of the unfinished message's fragments that have earned nothing yet. */
  private unearnedBytes = 0;

  constructor(private readonly host: ReceiverHost) {}

  /** Where to put the payload of a DATA frame that is cut, if it is a fragment of a message. */
  roomFor(flags: number, length: number): Buffer | undefined {
    if ((flags & Flag.MSG) === 0) return this.assembly?.roomFor(length);
    if ((flags & Flag.MORE) === 0 || this.assembly !== undefined) return undefined;
    this.next ??= this.begin(length);
    return this.next.roomFor(length);
  }

  /** A DATA frame. @throws ProtocolError: of its connection, or of its message */
  receive(flags: number, bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    this.window.receive(length);
    const hasMore = (flags & Flag.MORE) !== 0;
    if (hasMore && length === 0) refuse('FRAGMENT_EMPTY', 'an empty fragment with MORE');
    if ((flags & Flag.MSG) !== 0) {
      if (this.assembly !== undefined) refuse('FRAGMENT_MISSING', 'a message begins in another');
      if (!hasMore) {
        this.checkLength(length);
        this.host.onMessage(bytes, start, end, frameCost(length), isCompressed(flags), false);
        return;
      }
      this.assembly = this.next ?? this.begin(length);
      this.next = undefined;
      this.isCompressed = isCompressed(flags);
      this.host.onUnfinished(true);
    } else if (this.assembly === undefined) {
      const isLastAlone = (flags & Flag.LAST) !== 0 && length === 0;
      if (!isLastAlone) refuse('FRAGMENT_UNEXPECTED', 'a fragment of no message');
      return;
    } else if (length === 0) {
      refuse('FRAGMENT_MISSING', 'a message ends before its last fragment');
    }
    this.receiveFragment(this.assembly, hasMore, bytes, start, end);
  }

  /** So much was taken by the application: give credit back when enough has gathered. */
  earn(costBytes: number): void {
    const creditBytes = this.window.earn(costBytes);
    if (creditBytes > 0) this.host.sendCredit(creditBytes);
  }

  /** Somebody waits now, or there is room again: fragments that waited earn their credit. */
  earnFragments(): void {
    if (this.unearnedBytes === 0 || !this.mayEarn()) return;
    const costBytes = this.unearnedBytes;
    this.unearnedBytes = 0;
    this.earn(costBytes);
  }

  /** Forget the unfinished message. */
  drop(isWhole = false): void {
    if (this.next !== undefined) this.host.room.end(this.next, false);
    this.next = undefined;
    const { assembly } = this;
    if (!isWhole) this.host.held.give(this.window.useAhead(Infinity));
    if (assembly === undefined) return;
    this.assembly = undefined;
    this.host.room.end(assembly, isWhole);
    this.unearnedBytes = 0;
    this.host.onUnfinished(false);
    this.host.held.give(assembly.length);
  }

  private receiveFragment(
    assembly: MessageAssembly,
    hasMore: boolean,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    const length = end - start;
    const { held, wantsMessage } = this.host;
    this.checkLength(assembly.length + length);
    const costBytes = frameCost(length);
    // What nobody waits for is unread, and counts in full.
    const paidBytes = wantsMessage ? this.window.useAhead(costBytes) : 0;
    held.give(paidBytes);
    if (!held.take(length)) {
      throw new ProtocolError('MEMORY_EXHAUSTED', 'the connection holds too much unread');
    }
    assembly.add(bytes, start, end);
    this.unearnedBytes += costBytes - paidBytes;
    if (hasMore) {
      this.earnFragments();
      return;
    }
    const unearnedBytes = this.unearnedBytes;
    const whole = assembly.take();
    this.drop(true);
    this.host.onMessage(whole, 0, whole.length, unearnedBytes, this.isCompressed, true);
  }

  /**
   * A message whose first fragment has that length. What room is made for has its credit at once, when
   * somebody waits for it: 40 % more 1 MiB echoes a second than by one CREDIT for every second frame.
   */
  private begin(length: number): MessageAssembly {
    const { held, messageBytesMax, room, wantsMessage } = this.host;
    const assembly = room.begin(messageBytesMax);
    const bytes = assembly.expectedBytes - length;
    const costBytes = bytes + FRAME_OVERHEAD_BYTES * Math.ceil(bytes / FRAME_BYTES_MAX);
    if (!wantsMessage || bytes <= 0 || !held.hasSpare(costBytes)) return assembly;
    const creditBytes = this.window.giveAhead(costBytes);
    if (creditBytes === 0) return assembly;
    held.take(creditBytes);
    this.host.sendCredit(creditBytes);
    return assembly;
  }

  private mayEarn(): boolean {
    const { host } = this;
    return host.wantsMessage && (!host.held.isOverHalf || host.isOldestUnfinished);
  }

  private checkLength(messageBytes: number): void {
    if (messageBytes <= this.host.messageBytesMax) return;
    throw new ProtocolError(
      'MESSAGE_TOO_LONG',
      `a message of ${messageBytes} bytes or more; at most ${this.host.messageBytesMax} are taken`,
    );
  }
}

function isCompressed(flags: number): boolean {
  return (flags & Flag.COMPRESSED) !== 0;
}

function refuse(violation: Violation, detail: string): never {
  throw new ProtocolError(violation, detail);
}
