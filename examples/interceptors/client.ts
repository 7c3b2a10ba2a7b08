import { client, connect, RpcError, type CallOptions, type ClientInterceptor } from 'fio-rpc';
import { Greeter } from './gen/greeter.js';

let requests = 0;

/** Around every call of the channel: each gets a number. */
const numbered: ClientInterceptor = (call, next) => {
  const id = ['request-id', Buffer.from(String(++requests))] as const;
  const metadata = [...(call.options.metadata ?? []), id];
  return next({ ...call, options: { ...call.options, metadata } });
};

/** Metadata are pairs of a key and bytes; here the bytes are text. */
const shown: CallOptions = {
  timeoutMs: 5_000,
  waitForReady: true,
  onTrailers(pairs) {
    for (const [key, value] of pairs) console.log(`${key}: ${Buffer.from(value).toString()}`);
  },
};

const address = process.argv[2] ?? 'localhost:5000';
const channel = connect(address, { interceptors: [numbered] });
const greeter = client(Greeter, channel);
for (const name of ['Ana', '']) {
  const call = greeter.greet({ name }, shown);
  await call.then(
    ({ text }) => console.log(text),
    (error: unknown) => console.log(error instanceof RpcError ? error.message : error),
  );
}
await channel.close();
