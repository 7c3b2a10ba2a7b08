// A server that is killed under load and started again: node -r ts-node/register
// spec/soak/restarts.ts [kills].
import { restarts } from './campaigns/restarts';
import { argument, campaign } from './support/campaign';

const kills = argument(1, 'the number of kills', 100);

void campaign('restarts', kills, (progress) => restarts({ kills }, progress));
