import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Two different TCP ports that were free a moment ago. */
export async function pickTwoPorts(): Promise<[string, string]> {
  const servers = [createServer(), createServer()] as const;
  for (const server of servers) {
    server.listen(0);
    await once(server, 'listening');
  }
  const [first, second] = servers.map((server) => {
    const { port } = server.address() as AddressInfo;
    server.close();
    return String(port);
  }) as [string, string];
  return [first, second];
}
