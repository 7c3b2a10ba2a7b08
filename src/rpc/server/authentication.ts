import { crypto } from '../lazy-node';
import type { PeerIdentity } from '../peer-identity';
import { RpcError, StatusCode } from '../status';

/** The peer whose credentials are to be checked. */
export interface Peer extends PeerIdentity {
  readonly address: string;
}

/**
 * Says who the caller is: a name, or undefined for a stranger. Asked once per connection, with the
 * credentials of HELLO or none, and for each call that brings its own.
 * @throws RpcError UNAUTHENTICATED for credentials that are wrong
 */
export type Authenticator = (
  credentials: Uint8Array | undefined,
  peer: Peer,
) => string | undefined | Promise<string | undefined>;

/**
 * Knows callers by a secret token, else by the name in their TLS certificate. All tokens are
 * compared, by their hashes and in constant time: how long it takes tells nothing of them.
 * @param tokens token to the caller's name
 */
export function authenticateByToken(tokens: ReadonlyMap<string, string>): Authenticator {
  const { timingSafeEqual } = crypto();
  const known = [...tokens].map(([token, name]) => ({ hash: hashOf(Buffer.from(token)), name }));
  return (credentials, peer) => {
    if (credentials === undefined) return peer.certificateName;
    const hash = hashOf(credentials);
    let found: string | undefined;
    for (const one of known) if (timingSafeEqual(one.hash, hash)) found = one.name;
    if (found !== undefined) return found;
    throw new RpcError(StatusCode.UNAUTHENTICATED, 'the token is not known here');
  };
}

function hashOf(bytes: Uint8Array): Buffer {
  return crypto().createHash('sha256').update(bytes).digest();
}
