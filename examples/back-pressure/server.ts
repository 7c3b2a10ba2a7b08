import { Server } from 'fio-rpc';
import { Numbers } from './gen/numbers.js';

const KIB = new Uint8Array(1_024);
let made = 0;

const server = new Server().add(Numbers, {
  // Without an end: it is stopped where it stands while the client does not read.
  *count() {
    for (;;) yield { value: ++made, ballast: KIB };
  },
  made: () => ({ value: made, ballast: new Uint8Array(0) }),
});
await server.listen({ port: Number(process.argv[2]), host: 'localhost' });
