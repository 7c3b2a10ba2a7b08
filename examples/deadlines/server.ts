import { setTimeout as sleep } from 'node:timers/promises';
import { RpcError, Server } from 'fio-rpc';
import { Kitchen } from './gen/kitchen.js';

const server = new Server().add(Kitchen, {
  async cook({ dish, milliseconds }, { signal }) {
    // The signal fires when nobody waits for the answer any more; what takes a signal stops by it.
    signal.addEventListener('abort', () => {
      const { reason } = signal as { reason: unknown };
      console.log(`${dish} is thrown away: ${reason instanceof RpcError ? reason.text : ''}`);
    });
    await sleep(milliseconds, undefined, { signal });
    return { name: dish };
  },
});
await server.listen({ port: Number(process.argv[2]), host: 'localhost' });
