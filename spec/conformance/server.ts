// The reference server as a program: `npx ts-node spec/conformance/server.ts [port]` serves
// Conformance on 127.0.0.1, says where on its first line of output, and ends by SIGINT or SIGTERM.
import { createConformanceServer } from '../../src/conformance/reference-server';
import { formatAddress } from '../../src/rpc/index';

async function main(port: number): Promise<void> {
  const server = createConformanceServer();
  const address = await server.listen({ port, host: '127.0.0.1' });
  process.stdout.write(`${formatAddress(address)}\n`);
  const close = (): void => void server.close({ drainMs: 0 });
  process.once('SIGINT', close).once('SIGTERM', close);
}

void main(Number(process.argv[2] ?? 0));
