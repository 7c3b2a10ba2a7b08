// Wallet servers on a replicated PostgreSQL (Patroni on etcd) whose primary is lost again and again
// while clients pay: `make failover`, or
// node -r ts-node/register spec/soak/failover.ts [failovers] [payers] [seed].
import { Random } from '../fuzz/random-bytes';
import { failover } from './campaigns/failover';
import { argument, campaign } from './support/campaign';
import { replicationObstacle } from './support/replicated';

const failovers = argument(1, 'the number of failovers', 10);
const payers = argument(2, 'the number of payers', 100);
const seed = argument(3, 'the seed', 1 + (Date.now() % 1_000_000_000));

async function main(): Promise<void> {
  const obstacle = replicationObstacle();
  if (obstacle !== undefined) {
    console.log(`failover: left out: ${obstacle}`);
    return;
  }
  await campaign(`failover, seed ${seed}`, failovers, (progress) =>
    failover({ failovers, payers, random: new Random(seed) }, progress),
  );
}

void main();
