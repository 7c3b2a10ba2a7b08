import { Server, serveOnWorkers } from 'fio-rpc';
import { Who } from './gen/who.js';

// The program is started again for each worker, and comes to this line there, too.
const workers = await serveOnWorkers(
  { workers: 2, port: Number(process.argv[2]), host: 'localhost' },
  () => new Server().add(Who, { answers: () => ({ pid: process.pid }) }),
);
// SIGTERM or SIGINT: every worker answers what runs, and all end.
await workers.over;
if (!workers.isWorker) console.log('both have ended');
