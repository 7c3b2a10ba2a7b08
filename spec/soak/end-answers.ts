// The answer to F and T is never lost, with the real programs: node -r ts-node/register
// spec/soak/end-answers.ts [runs]. Prints its progress and, at the end, the counts.
import { freePort } from '../programs/support/ports';
import { printed, Stage, type Outcome } from '../programs/support/program';

const runs = Number(process.argv[2] ?? 200);
const stage = new Stage();
const lost: string[] = [];

function compare(what: string, found: Outcome, ...lines: (string | number)[]): void {
  const expected = JSON.stringify(printed(...lines));
  const actual = JSON.stringify(found);
  if (actual !== expected) lost.push(`${what}: expected ${expected}, found ${actual}`);
}

async function endWalletServer(): Promise<void> {
  const port = await freePort();
  const server = stage.start('svc_banco', [port], { input: 'Dorgival 10\n' });
  compare('F', await stage.run('cln_banco', ['Dorgival', `localhost:${port}`], 'O 1\nF\n'), 1, 1);
  compare('the wallets after F', await server.outcome(), 'Dorgival 9');
}

async function endStore(): Promise<void> {
  const walletPort = await freePort();
  const storePort = await freePort();
  const walletServer = `localhost:${walletPort}`;
  const wallets = stage.start('svc_banco', [walletPort], { input: 'Dorgival 10\n' });
  const store = stage.start('svc_loja', [3, storePort, 'Dorgival', walletServer]);
  const args = ['Dorgival', walletServer, `localhost:${storePort}`];
  compare('T', await stage.run('cln_loja', args, 'C\nT\n'), 3, 1, 0, 13);
  compare('the store after T', await store.outcome(), 0);
  compare('the wallets after T', await wallets.outcome(), 'Dorgival 10');
}

async function main(): Promise<void> {
  for (let run = 1; run <= runs; run += 1) {
    await Promise.all([endWalletServer(), endStore()]);
    await stage.clear();
    process.stderr.write(`\r${run} of ${runs} runs, ${lost.length} wrong`);
  }
  process.stderr.write('\n');
  console.log(`${runs} runs of F and of T: ${lost.length} answers lost or wrong`);
  for (const line of lost) console.log(line);
  process.exitCode = lost.length === 0 ? 0 : 1;
}

void main();
