// Calls that all reach their time limit at once: node -r ts-node/register spec/soak/time-outs.ts
// [calls].
import { timeOuts } from './campaigns/time-outs';
import { argument, campaign } from './support/campaign';

const calls = argument(1, 'the number of calls', 10_000);

void campaign('time-outs', calls, (progress) => timeOuts({ calls, timeoutMs: 2_000 }, progress));
