import type { ByteReader } from '../wire/byte-reader';
import type { Role } from '../wire/frame';
import type { Limits } from '../wire/limits';
import type { FrameOptions } from '../wire/options';
import type { ProtocolError } from '../wire/protocol-error';
import type { HeldBytes } from './held-bytes';
import type { EncodingRules } from './message-encoding';
import type { MessageRoom } from './message-room';
import type { Outbox } from './outbox';
import type { RpcError, StatusCode } from './status';

/** The call behind a stream, at either end. What a reader is given is valid during the call only. */
export interface StreamOwner {
  /** Whether somebody waits for the next message now. */
  readonly wantsMessage: boolean;
  /** A message has come whole in DATA; when it is taken, `costBytes` go to stream.earn(). */
  onMessage(reader: ByteReader, costBytes: number): void;
  /** A message that cannot be taken; the call is over, the connection goes on. */
  onBadMessage(error: ProtocolError): void;
  /** At the server: the client sends no more messages. */
  onHalfClosed(): void;
  /** At the server: the END that stood behind the call's replies has been written. */
  onEndWritten(): void;
  /** At the client: END. `reader` is at the result or the error's detail. */
  onEnd(code: StatusCode, flags: number, options: Readonly<FrameOptions>, reader: ByteReader): void;
  /** At the client: the server's initial metadata. */
  onMeta(options: Readonly<FrameOptions>): void;
  /** At the server: the client has given up. May come more than once. */
  onCancel(code: StatusCode, text: string): void;
  /** The connection is gone, or has refused the call. */
  onLost(error: RpcError): void;
}

/** What a stream needs of its connection. */
export interface StreamHost<S> extends EncodingRules {
  readonly role: Role;
  readonly outbox: Outbox;
  readonly limits: Limits;
  readonly held: HeldBytes;
  readonly room: MessageRoom;
  /** One for all streams of a connection, for the message that is being taken. */
  readonly reader: ByteReader;
  /** The server has written END. */
  onStreamEnded(stream: S): void;
  /** A message of this stream has been begun and is not whole; or is no longer so. */
  onUnfinished(stream: S, isUnfinished: boolean): void;
  isOldestUnfinished(stream: S): boolean;
}
