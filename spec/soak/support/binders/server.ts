// One of the servers of the campaign `binders`, which serves, registers and leaves as every server
// program does: NAME PORT BINDERS. Its line `ready` comes when a binder knows it. Without binders
// (`-`) only a list or a name leads to it.
import { setTimeout as sleep } from 'node:timers/promises';
import { Lifetime, serve } from '../../../../bin/support/serving';
import { Server } from '../../../../src/rpc/index';
import { Registrar } from '../../../../src/services/binder/registrar';
import { note } from '../../../support/probe-service';
import { COUNT_NOTES, Failover } from './service';

/** So that calls are in progress whenever something happens. */
const WORK_MS_MAX = 20;

async function main([name = '', port = '0', binders = '-']: readonly string[]): Promise<void> {
  const answer = async ({ text }: { text: string }) => {
    await sleep(Math.random() * WORK_MS_MAX);
    return note(`${name} ${text}`);
  };
  const server = new Server().add(Failover, {
    plain: answer,
    look: answer,
    pay: answer,
    async *count(request) {
      for (let at = 0; at < COUNT_NOTES; at++) {
        yield note(`${name} ${request.text}`);
        await sleep((Math.random() * WORK_MS_MAX) / COUNT_NOTES);
      }
    },
  });
  await serve(server, Number(port), new Lifetime(), {
    ...(binders !== '-' && {
      register: (address) => new Registrar(binders, [Failover], { address: `:${address.port}` }),
    }),
    onListening: () => {
      process.stdout.write('ready\n');
      return Promise.resolve();
    },
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
