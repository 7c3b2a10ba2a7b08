// A wallet server on a ledger with a million wallets and pending orders, in a file and in PostgreSQL:
// node -r ts-node/register spec/soak/million.ts [wallets].
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from '../support/postgres';
import { million } from './campaigns/million';
import { argument, campaign } from './support/campaign';

const count = argument(1, 'the number of wallets', 1_000_000);

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fio-million-'));
  await campaign('million, SQLite', count, (progress) =>
    million({ count, place: join(folder, 'wallets.db') }, progress),
  );
  rmSync(folder, { recursive: true });
  const { exitCode } = process;
  const cluster = new Cluster();
  await campaign('million, PostgreSQL', count, (progress) =>
    million({ count, place: cluster.newPlace() }, progress),
  );
  cluster.remove();
  if (exitCode === 1) process.exitCode = 1;
}

void main();
