import { authenticateByToken, Server } from '../rpc/index';
import { makeConformanceHandlers, ServedConformance } from './handlers';

/** What the cases that need credentials send, and who that is. */
const TOKENS = new Map([['fio-conformance-token', 'conformance']]);
const COMPRESSED_BYTES_MIN = 1_000;

/**
 * A server that is right: as docs/CONFORMANCE.md wants every server under test, with the limits
 * that docs/PROTOCOL.md has as defaults.
 */
export function createConformanceServer(): Server {
  const server = new Server({
    authenticate: authenticateByToken(TOKENS),
    takesCredentialsInClear: true,
    compressedBytesMin: COMPRESSED_BYTES_MIN,
    // The peers break rules on purpose.
    log: () => undefined,
  });
  return server.add(ServedConformance, makeConformanceHandlers());
}
