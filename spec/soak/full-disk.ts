// A wallet server whose disk gets full while clients pay, again and again:
// node -r ts-node/register spec/soak/full-disk.ts [fillings] [payers] [seed].
import { Random } from '../fuzz/random-bytes';
import { diskObstacle, fullDisk } from './campaigns/full-disk';
import { argument, campaign } from './support/campaign';

const fillings = argument(1, 'the number of times', 100);
const payers = argument(2, 'the number of payers', 300);
const seed = argument(3, 'the seed', 1 + (Date.now() % 1_000_000_000));

async function main(): Promise<void> {
  const obstacle = diskObstacle();
  if (obstacle !== undefined) {
    console.log(`full-disk: left out: ${obstacle}`);
    return;
  }
  await campaign(`full-disk, seed ${seed}`, fillings, (progress) =>
    fullDisk({ fillings, payers, random: new Random(seed), mebibytes: 512 }, progress),
  );
}

void main();
