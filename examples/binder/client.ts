import { client } from 'fio-rpc';
import { connectTo } from 'fio-rpc/binder';
import { Greeter } from './gen/greeter.js';

const [target = '', victim] = process.argv.slice(2);
// The servers take turns. A call that is lost with one of them is made again with the other.
const channel = connectTo(target, { retry: {} });
const greeter = client(Greeter, channel);

async function ask(): Promise<string> {
  return (await greeter.greet({ name: 'Ana' }, { timeoutMs: 5_000, waitForReady: true })).server;
}

const seen = new Set<string>();
for (let calls = 0; seen.size < 2 && calls < 1_000_000; calls++) seen.add(await ask());
console.log(`both have answered: ${[...seen].sort().join(' and ')}`);

process.kill(Number(victim), 'SIGKILL');
let calls = 0;
let last = '';
// Four at a time.
async function askOften(): Promise<void> {
  for (let i = 0; i < 250; i++, calls++) last = await ask();
}
await Promise.all([askOften(), askOften(), askOften(), askOften()]);
console.log(
  `alpha was killed; ${calls} calls were made, none failed, the last was answered by ${last}`,
);
await channel.close();
