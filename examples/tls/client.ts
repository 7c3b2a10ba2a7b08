import { readFileSync } from 'node:fs';
import { client, connect, RpcError } from 'fio-rpc';
import { Greeter } from './gen/greeter.js';

const [address = 'localhost:5000', token] = process.argv.slice(2);
const channel = connect(address, {
  // `tls: true` trusts what the system trusts. The host's name is always checked.
  tls: { ca: readFileSync('cert.pem') },
  ...(token !== undefined && { credentials: token }),
});
const options = { timeoutMs: 5_000, waitForReady: true };
try {
  console.log((await client(Greeter, channel).greet({ name: 'Ana' }, options)).text);
} catch (error) {
  console.log(error instanceof RpcError ? error.message : error);
} finally {
  await channel.close();
}
