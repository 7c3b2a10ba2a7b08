import { client, connect } from 'fio-rpc';
import { Who } from './gen/who.js';

const address = process.argv[2] ?? 'localhost:5000';
const options = { timeoutMs: 5_000, waitForReady: true };
const pids = new Set<number>();
// Connections go to the workers in turn, and all calls of one are answered by the same. The first
// worker may be there before the second.
for (let connections = 0; connections < 20_000 && pids.size < 2; connections++) {
  const channel = connect(address);
  const who = client(Who, channel);
  for (let calls = 0; calls < 10; calls++) pids.add((await who.answers({}, options)).pid);
  await channel.close();
}
console.log(`connections are answered by ${pids.size} processes`);
