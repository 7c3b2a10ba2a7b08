import { setTimeout as sleep } from 'node:timers/promises';
import { client, connect } from 'fio-rpc';
import { Numbers } from './gen/numbers.js';

const channel = connect(process.argv[2] ?? 'localhost:5000');
const numbers = client(Numbers, channel);
const options = { timeoutMs: 5_000, waitForReady: true };
const made = async (): Promise<number> => (await numbers.made({}, options)).value;

for await (const { value: taken } of numbers.count({}, options)) {
  if (taken % 1_000 !== 0) continue;
  // Nothing is read meanwhile. The window is 256 KiB: what is made but not taken stays within it.
  await sleep(100);
  console.log(`${taken} taken, at most 512 more made: ${(await made()) - taken <= 512}`);
  if (taken === 3_000) break; // which cancels the call
}
const last = await made();
await sleep(100);
console.log(`none is made when nobody reads: ${(await made()) === last}`);
await channel.close();
