import { client, connect, RpcError, StatusCode } from 'fio-rpc';
import { Kitchen } from './gen/kitchen.js';

const channel = connect(process.argv[2] ?? 'localhost:5000');
const kitchen = client(Kitchen, channel);
const TOO_LONG = 60_000;

async function show(dish: string, call: Promise<{ name: string }>): Promise<void> {
  try {
    console.log(`${(await call).name} is served`);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    console.log(`no ${dish}: ${StatusCode[error.code]}`);
  }
}

// In time: the limit counts everything, the connection's making too.
const inTime = { timeoutMs: 5_000, waitForReady: true };
await show('soup', kitchen.cook({ dish: 'soup', milliseconds: 10 }, inTime));

// Too late: both ends know the limit, and neither waits for the other.
await show('roast', kitchen.cook({ dish: 'roast', milliseconds: TOO_LONG }, { timeoutMs: 50 }));

// Given up by the caller: any AbortSignal does it.
const guest = new AbortController();
const cake = kitchen.cook({ dish: 'cake', milliseconds: TOO_LONG }, { signal: guest.signal });
setTimeout(() => guest.abort(), 50);
await show('cake', cake);

// It waits until the server has ended every call.
await channel.close();
