import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { parseAddress } from '../rpc/index';
import type { CaseRecord } from './case-record';

/**
 * Gives `use` an address of its own, which leads to `target`; what goes through is recorded.
 * @throws what `use` throws
 */
export async function throughTap<T>(
  target: string,
  record: CaseRecord,
  use: (address: string) => Promise<T>,
): Promise<T> {
  const sockets = new Set<Socket>();
  const tap = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const { host, port } = parseAddress(target);
    const server = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const watch = record.watch('client');
    forward(client, server, (bytes) => watch.sent(bytes));
    forward(server, client, (bytes) => watch.came(bytes));
    sockets.add(client).add(server);
  });
  tap.listen({ host: '127.0.0.1', port: 0 });
  await once(tap, 'listening');
  try {
    return await use(`127.0.0.1:${(tap.address() as AddressInfo).port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    tap.close();
  }
}

/** Everything, ends and resets too. */
function forward(from: Socket, to: Socket, onBytes: (bytes: Buffer) => void): void {
  from.on('data', onBytes);
  from.on('error', () => to.resetAndDestroy());
  from.pipe(to);
}
