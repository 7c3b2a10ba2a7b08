import type { Deadlines } from '../deadlines';
import type { Environment } from '../environment';
import type { PeerIdentity } from '../peer-identity';

/** What a call needs to know of its connection. */
export interface CallConnection {
  /** The client's address. */
  readonly peer: string;
  readonly identity: PeerIdentity;
  /** Who the client is, by its HELLO or certificate. */
  readonly caller: string | undefined;
}

/** What a call needs of its server. */
export interface ServerCallHost {
  readonly environment: Environment;
  /** The time limits of its calls. */
  readonly deadlines: Deadlines;
  readonly log: (line: string, error?: unknown) => void;
  /** Whether strangers may call nothing but what is for them. */
  readonly requiresLogin: boolean;
  /** Who brings these credentials? @throws RpcError when they are wrong */
  identify(
    credentials: Uint8Array | undefined,
    connection: Pick<CallConnection, 'peer' | 'identity'>,
  ): string | undefined | Promise<string | undefined>;
}
