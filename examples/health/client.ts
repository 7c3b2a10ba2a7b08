import { Builtin, client, connect, HealthStatus, RpcError } from 'fio-rpc';
import { Work } from './gen/work.js';

const [address = 'localhost:5000', pid] = process.argv.slice(2);
const channel = connect(address);
const work = client(Work, channel);
const options = { timeoutMs: 5_000, waitForReady: true };

const job = work.do({ name: 'a long job', milliseconds: 300 }, options);
// Every server has this service: now, and after each change.
for await (const { status } of client(Builtin, channel).watch({ service: Work.name }, options)) {
  console.log(HealthStatus[status]);
  if (status === HealthStatus.SERVING) process.kill(Number(pid), 'SIGTERM');
}
console.log(`${(await job).name} was answered`);

const late = work.do({ name: 'a late one', milliseconds: 0 }, { timeoutMs: 5_000 });
const error = await late.catch((reason: unknown) => reason);
console.log(`a late one was not done: ${error instanceof RpcError && !error.mayHaveActed}`);
await channel.close();
