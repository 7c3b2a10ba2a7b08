import type { ByteReader } from '../wire/byte-reader';
import type { Role } from '../wire/frame';
import type { Limits } from '../wire/limits';
import type { Environment } from './environment';
import type { RpcError } from './status';
import type { IncomingCall } from './streams';
import type { Transport } from './transport';

/** What all connections of a channel, or of a server, have in common. */
export interface ConnectionSettings {
  readonly role: Role;
  readonly environment: Environment;
  readonly limits: Limits;
  readonly log: (line: string) => void;
  /** Compress messages from this length on, and take compressed ones; undefined: neither. */
  readonly compressedBytesMin: number | undefined;
  /** Client: what HELLO says of who we are, over this transport. */
  credentialsFor?(transport: Transport): Uint8Array | undefined;
}

/**
 * Who uses connections: a server, or one address of a channel. It is told which of them, so that
 * nothing has to be made for each: functions of its own cost an idle connection half a KiB.
 */
export interface ConnectionOwner<C> {
  /**
   * Server: who is the peer, by the credentials in its HELLO? Nothing more is read until it is
   * known. @throws RpcError: the connection ends with its status
   */
  admit(
    connection: C,
    credentials: Uint8Array | undefined,
  ): string | undefined | Promise<string | undefined>;
  /** The peer's HELLO has been read and the peer let in. */
  onReady(connection: C): void;
  /** Server: who takes this call? Its message, if it has one, is at the reader. */
  onCall(connection: C, call: IncomingCall, reader: ByteReader): void;
  /** Client: no new calls here; may come more than once. `error`: it was not we who wanted it. */
  onDraining(connection: C, error: RpcError | undefined): void;
  /** A call has ended, or less is held: there is room for another. */
  onRoom(connection: C): void;
  /** The last event. `error` says why when it was not we who closed it. */
  onClosed(connection: C, error: RpcError | undefined): void;
}
