import { client, connect } from 'fio-rpc';
import { Account } from './gen/account.js';

const channel = connect(process.argv[2] ?? 'localhost:5000');
const account = client(Account, channel);
// A keyed method: the call gets a key of its own, and is made again with it until there is an answer.
const options = { timeoutMs: 10_000, waitForReady: true };
const { value } = await account.deposit({ value: 10 }, options);
console.log(`deposited 10, the balance is ${value}`);
await channel.close();
