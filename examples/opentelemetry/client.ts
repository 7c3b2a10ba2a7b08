import './tracing.js';
import { client, connect } from 'fio-rpc';
import { observeClient } from 'fio-rpc/opentelemetry';
import { Greeter } from './gen/greeter.js';

const address = process.argv[2] ?? 'localhost:5000';
const channel = connect(address, { interceptors: [observeClient()] });
const greeter = client(Greeter, channel);
const options = { timeoutMs: 5_000, waitForReady: true };
console.log((await greeter.greet({ name: 'Ana' }, options)).text);
await greeter.greet({ name: '' }, options).catch((error: unknown) => console.log(String(error)));
await channel.close();
