import { toWords, type Load, type Timing } from '../load';
import type { Peer } from '../peers/peer';
import type { Port } from '../process/messages';
import { PinnedProcess } from '../process/pinned-process';

const SERVER_CORE = 0;
const CLIENT_CORE = 1;
export const START_MS_MAX = 20_000;

/** A new server and a new client, a core each, for one measurement; both are ended after it. */
export async function withTwoProcesses<T>(
  peer: Peer,
  load: Load,
  timing: Timing,
  measure: (server: PinnedProcess, client: PinnedProcess) => Promise<T>,
): Promise<T> {
  const title = `${peer.name}, ${load.kind}`;
  const serverCommand = [...peer.command('server'), 'server'];
  const server = new PinnedProcess(`the server of ${title}`, SERVER_CORE, serverCommand);
  try {
    const { port } = await server.next<Port>('port', START_MS_MAX);
    const words = ['client', String(port), ...toWords(load, timing)];
    const clientCommand = [...peer.command('client'), ...words];
    const client = new PinnedProcess(`the client of ${title}`, CLIENT_CORE, clientCommand);
    try {
      return await measure(server, client);
    } finally {
      await client.end();
    }
  } finally {
    await server.end();
  }
}
