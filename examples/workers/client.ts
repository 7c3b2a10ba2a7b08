import { client, connect } from 'fio-rpc';
import { Who } from './gen/who.js';

const address = process.argv[2] ?? 'localhost:5000';
const options = { timeoutMs: 5_000, waitForReady: true };
const pids = new Set<number>();
// Connections go to the workers in turn; all calls of one are answered by the same.
for (let connections = 0; connections < 4; connections++) {
  const channel = connect(address);
  for (let calls = 0; calls < 10; calls++) {
    pids.add((await client(Who, channel).answers({}, options)).pid);
  }
  await channel.close();
}
console.log(`4 connections were served by ${pids.size} processes`);
