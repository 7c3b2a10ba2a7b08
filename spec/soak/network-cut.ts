// Wallet servers whose network is cut while clients pay, with a ledger in a file and in PostgreSQL:
// node -r ts-node/register spec/soak/network-cut.ts [cuts] [payers] [seed].
import { Hosts } from '../programs/support/hosts';
import { networkCut } from './campaigns/network-cut';
import { argument, campaign } from './support/campaign';

const CUT_MS_MAX = 4_000;
const cuts = argument(1, 'the number of cuts', 100);
const payers = argument(2, 'the number of payers', 300);
const seed = argument(3, 'the seed', 1 + (Date.now() % 1_000_000_000));

async function main(): Promise<void> {
  const obstacle = Hosts.obstacle();
  if (obstacle !== undefined) {
    console.log(`network-cut: left out: ${obstacle}`);
    return;
  }
  let hasFailed = false;
  for (const ledger of ['SQLite', 'PostgreSQL'] as const) {
    await campaign(`network-cut, ${ledger}, seed ${seed}`, cuts, (progress) =>
      networkCut({ cuts, payers, seed, ledger, cutMsMax: CUT_MS_MAX }, progress),
    );
    hasFailed ||= process.exitCode !== 0;
  }
  process.exitCode = hasFailed ? 1 : 0;
}

void main();
