// Wallet servers that are killed while clients pay, with a ledger in a file and in PostgreSQL:
// node -r ts-node/register spec/soak/kills.ts [kills] [payers] [seed].
import { Random } from '../fuzz/random-bytes';
import { killsOfDatabase, killsOfFile } from './campaigns/kills';
import { argument, campaign } from './support/campaign';

const kills = argument(1, 'the number of kills', 1_000);
const payers = argument(2, 'the number of payers', 100);
const seed = argument(3, 'the seed', 1 + (Date.now() % 1_000_000_000));

async function main(): Promise<void> {
  const options = () => ({ kills, payers, random: new Random(seed) });
  await campaign(`kills, SQLite, seed ${seed}`, kills, (progress) =>
    killsOfFile(options(), progress),
  );
  const { exitCode } = process;
  await campaign(`kills, PostgreSQL, seed ${seed}`, kills, (progress) =>
    killsOfDatabase(options(), progress),
  );
  if (exitCode === 1) process.exitCode = 1;
}

void main();
