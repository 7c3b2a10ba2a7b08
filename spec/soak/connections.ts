// Very many connections, client and server in two processes: node -r ts-node/register
// spec/soak/connections.ts [connections]. Each process needs as many descriptors (ulimit -n).
import { connections } from './campaigns/connections';
import { argument, campaign } from './support/campaign';

const count = argument(1, 'the number of connections', 10_000);

void campaign('connections', count, (progress) => connections({ connections: count }, progress));
