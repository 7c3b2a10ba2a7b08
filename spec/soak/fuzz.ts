// Anything at all is sent to a server and to clients: node -r ts-node/register spec/soak/fuzz.ts
// [frames] [seed].
import { fuzz } from './campaigns/fuzz';
import { argument, campaign } from './support/campaign';

const frames = argument(1, 'the number of frames', 10_000_000);
const seed = argument(2, 'the seed', 1 + (Date.now() % 1_000_000_000));

void campaign('fuzz', frames, (progress) => fuzz({ frames, seed }, progress));
