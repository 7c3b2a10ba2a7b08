// Calls of 1 MiB both ways, all at once on one connection: node -r ts-node/register
// spec/soak/big-calls.ts [calls].
import { bigCalls } from './campaigns/big-calls';
import { argument, campaign } from './support/campaign';

const calls = argument(1, 'the number of calls', 1_000);

void campaign('big calls', calls, (progress) => bigCalls({ calls, bytes: 1_048_576 }, progress));
