import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { MESSAGES_PER_TURN } from './limits';
import type { Message, MessageHeader } from './message';
import { UnknownType } from './message-codec';
import { MessageReader } from './message-reader';

export interface MessageHandler {
  onMessage(message: Message): void;
  /** Nothing more is read after it. */
  onUnknown(header: MessageHeader): void;
  /** A chunk has been read as far as it may be now. */
  onRead?(): void;
  /** All that was sent has left. */
  onDrained?(): void;
  /** Once, when the connection is gone. */
  onClosed(error: Error | undefined): void;
}

/** Nobody answers probes for so long: the peer's machine is gone. */
const KEEPALIVE_MS = 30_000;

/**
 * Messages over one TCP socket, at either end. What is sent in one turn of the event loop leaves in
 * one write. A connection that brings many messages at once waits for the others after some of
 * them, and one whose peer leaves too much unread is not read itself.
 */
export class MessageSocket {
  /** Messages read so far. */
  messagesRead = 0;
  private readonly reader = new MessageReader();
  /** What is left of the chunk that is being read. */
  private rest: Buffer | undefined;
  private isTurnComing = false;
  private isHeld = false;
  private isStopped = false;
  private outgoing: Buffer[] = [];
  private outgoingBytes = 0;

  /** @param socket connected, with allowHalfOpen */
  constructor(
    private readonly socket: Socket,
    private readonly handler: MessageHandler,
    private readonly unsentBytesMax: number,
  ) {
    let closeError: Error | undefined;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEPALIVE_MS);
    socket.on('data', (chunk: Buffer) => this.read(chunk));
    socket.on('end', () => this.end());
    socket.on('error', (error) => (closeError = error));
    socket.on('close', () => {
      this.isStopped = true;
      this.handler.onClosed(closeError);
    });
  }

  get isMidMessage(): boolean {
    return this.reader.isMidMessage;
  }

  get unsentBytes(): number {
    return this.outgoingBytes + this.socket.writableLength;
  }

  send(bytes: Buffer): void {
    if (this.outgoingBytes === 0) setImmediate(this.flush);
    this.outgoing.push(bytes);
    this.outgoingBytes += bytes.length;
  }

  /** Read nothing more until release(), not even the rest of the chunk. */
  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
    this.goOn();
  }

  /** Read nothing more, and close when everything has been sent. */
  end(): void {
    this.isStopped = true;
    this.flush();
    this.socket.end();
    // What still comes is read and forgotten, so that its end is seen.
    this.rest = undefined;
    this.socket.resume();
  }

  destroy(): void {
    this.isStopped = true;
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    if (this.isStopped) return;
    this.rest = chunk;
    this.goOn();
  }

  private goOn(): void {
    if (this.isTurnComing) return;
    try {
      this.readMessages(MESSAGES_PER_TURN);
    } catch (error) {
      if (!(error instanceof UnknownType)) throw error;
      this.isStopped = true;
      this.handler.onUnknown(error.header);
      return;
    }
    this.handler.onRead?.();
    if (this.isStopped) return;
    if (this.rest === undefined) this.socket.resume();
    else this.socket.pause();
  }

  private readMessages(countMax: number): void {
    for (let count = 0; this.rest !== undefined && !this.mustWait; count++) {
      if (count === countMax) {
        this.isTurnComing = true;
        setImmediate(this.takeTurn);
        return;
      }
      const message = this.reader.next(this.rest, 0);
      const { at } = this.reader;
      this.rest = at < this.rest.length ? this.rest.subarray(at) : undefined;
      if (message === undefined) continue;
      this.messagesRead += 1;
      this.handler.onMessage(message);
    }
  }

  private get mustWait(): boolean {
    return this.isStopped || this.isHeld || this.unsentBytes > this.unsentBytesMax;
  }

  private readonly takeTurn = (): void => {
    this.isTurnComing = false;
    this.goOn();
  };

  private readonly flush = (): void => {
    const { outgoing } = this;
    if (outgoing.length === 0) return;
    this.outgoing = [];
    this.outgoingBytes = 0;
    if (!this.socket.writable) return;
    const bytes = outgoing.length === 1 ? (outgoing[0] as Buffer) : Buffer.concat(outgoing);
    this.socket.write(bytes, this.onWritten);
  };

  private readonly onWritten = (): void => {
    if (this.unsentBytes > 0 || this.socket.destroyed) return;
    this.handler.onDrained?.();
    if (this.rest !== undefined) this.goOn();
  };
}
