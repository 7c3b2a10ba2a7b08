// A program on two workers, for spec/rpc/workers.spec.ts: its port is on standard output, as is a
// line for each worker. `echo` answers with the worker's process id; a text of `wait` is answered
// after a while, one of `die` never: it ends the worker.
import { setTimeout as sleep } from 'node:timers/promises';
import { Server, serveOnWorkers } from '../../src/rpc/index';
import { plainHandlers, Probe } from './probe-service';

const WAIT_MS = 600;

async function main(): Promise<void> {
  const port = Number(process.argv[2] ?? 0);
  const workers = await serveOnWorkers({ workers: 2, host: '127.0.0.1', port }, () =>
    new Server().add(Probe, {
      ...plainHandlers,
      echo: async (message) => {
        if (message.text === 'die') process.kill(process.pid, 'SIGKILL');
        if (message.text === 'close') workers.close();
        if (message.text === 'wait') await sleep(WAIT_MS);
        return { ...message, text: String(process.pid) };
      },
    }),
  );
  if (!workers.isWorker) process.stdout.write(`${workers.address.port}\n`);
  await workers.over;
}

main().catch((error: unknown) => {
  process.stderr.write(`failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
