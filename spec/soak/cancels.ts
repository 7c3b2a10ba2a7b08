// Calls of all kinds that are given up: node -r ts-node/register spec/soak/cancels.ts [calls] [seed].
import { cancels } from './campaigns/cancels';
import { argument, campaign } from './support/campaign';

const calls = argument(1, 'the number of calls', 100_000);
const seed = argument(2, 'the seed', 1 + (Date.now() % 1_000_000_000));

void campaign('cancels', calls, (progress) => cancels({ calls, seed }, progress));
