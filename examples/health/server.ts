import { setTimeout as sleep } from 'node:timers/promises';
import { HealthStatus, Server } from 'fio-rpc';
import { Work } from './gen/work.js';

const server = new Server().add(Work, {
  async do(job) {
    await sleep(job.milliseconds);
    return job;
  },
});
// It could be NOT_SERVING while a cache is filled, or while a database is away.
server.health.set(Work.name, HealthStatus.SERVING);
await server.listen({ port: Number(process.argv[2]), host: 'localhost' });

process.once('SIGTERM', () => {
  // Takes no new calls, says so to who asks for its health, and answers what runs: 10 s at most.
  void server.close({ drainMs: 10_000 });
});
