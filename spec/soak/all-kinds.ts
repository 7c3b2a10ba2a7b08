// Calls of all kinds, and what they leave behind: node -r ts-node/register spec/soak/all-kinds.ts
// [calls] [seed].
import { allKinds } from './campaigns/all-kinds';
import { argument, campaign } from './support/campaign';

const calls = argument(1, 'the number of calls', 1_000_000);
const seed = argument(2, 'the seed', 1 + (Date.now() % 1_000_000_000));

void campaign('all kinds', calls, (progress) => allKinds({ calls, seed }, progress));
