import type { ByteReader } from '../wire/byte-reader';
import type { Role } from '../wire/frame';
import type { Limits } from '../wire/limits';
import type { Environment } from './environment';
import type { RpcError } from './status';
import type { IncomingCall } from './streams';
import type { Transport } from './transport';

/** Who uses the connection: a channel, or a server. */
export interface ConnectionEvents {
  /**
   * Server: who is the peer, by the credentials in its HELLO? Nothing more is read until it is
   * known. @throws RpcError: the connection ends with its status
   */
  admit(credentials: Uint8Array | undefined): string | undefined | Promise<string | undefined>;
  /** The peer's HELLO has been read and the peer let in. */
  onReady(): void;
  /** Server: who takes this call? Its message, if it has one, is at the reader. */
  onCall(call: IncomingCall, reader: ByteReader): void;
  /** Client: no new calls here; may come more than once. `error`: it was not we who wanted it. */
  onDraining(error: RpcError | undefined): void;
  /** A call has ended, or less is held: there is room for another. */
  onRoom(): void;
  /** The last event. `error` says why when it was not we who closed it. */
  onClosed(error: RpcError | undefined): void;
}

export interface ConnectionInit {
  readonly role: Role;
  readonly transport: Transport;
  readonly environment: Environment;
  readonly limits: Limits;
  readonly events: ConnectionEvents;
  readonly log: (line: string) => void;
  /** Compress messages from this length on, and take compressed ones; default: neither. */
  readonly compressedBytesMin?: number | undefined;
  /** Client: sent in HELLO. */
  readonly credentials?: Uint8Array | undefined;
}
