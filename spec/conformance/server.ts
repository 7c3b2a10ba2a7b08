// The reference server: `npx ts-node spec/conformance/server.ts [port]` serves Conformance on
// 127.0.0.1, says where on its first line of output, and ends by SIGINT or SIGTERM.
import { authenticateByToken } from '../../src/rpc/server/authentication';
import { formatAddress, Server } from '../../src/rpc/index';
import { conformanceHandlers, ServedConformance } from './handlers';

/** What the cases that need credentials send, and who that is. */
const TOKENS = new Map([['fio-conformance-token', 'conformance']]);
const COMPRESSED_BYTES_MIN = 1_000;

/** The server as README.md wants it, with the limits that docs/PROTOCOL.md has as defaults. */
export function createConformanceServer(): Server {
  const server = new Server({
    authenticate: authenticateByToken(TOKENS),
    takesCredentialsInClear: true,
    compressedBytesMin: COMPRESSED_BYTES_MIN,
    // The peers break rules on purpose.
    log: () => undefined,
  });
  return server.add(ServedConformance, conformanceHandlers);
}

async function main(port: number): Promise<void> {
  const server = createConformanceServer();
  const address = await server.listen({ port, host: '127.0.0.1' });
  process.stdout.write(`${formatAddress(address)}\n`);
  const close = (): void => void server.close({ drainMs: 0 });
  process.once('SIGINT', close).once('SIGTERM', close);
}

if (require.main === module) void main(Number(process.argv[2] ?? 0));
