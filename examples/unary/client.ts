import { client, connect } from 'fio-rpc';
import { Greeter } from './gen/greeter.js';

const [address = 'localhost:5000', ...names] = process.argv.slice(2);
const channel = connect(address);
const greeter = client(Greeter, channel);
// waitForReady: the server may still be starting.
const options = { timeoutMs: 5_000, waitForReady: true };
const greetings = await Promise.all(names.map((name) => greeter.greet({ name }, options)));
for (const { text } of greetings) console.log(text);
await channel.close();
