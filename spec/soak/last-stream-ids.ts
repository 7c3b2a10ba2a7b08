// A client comes near the last stream number, again and again: node -r ts-node/register
// spec/soak/last-stream-ids.ts [rounds].
import { lastStreamIds } from './campaigns/last-stream-ids';
import { argument, campaign } from './support/campaign';

const rounds = argument(1, 'the number of rounds', 200);

void campaign('last stream ids', rounds, (progress) => lastStreamIds({ rounds }, progress));
