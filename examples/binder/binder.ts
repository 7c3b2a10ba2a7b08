import { randomUUID } from 'node:crypto';
import { Server } from 'fio-rpc';
import { Binder, binderHandlers, MemoryRegistry } from 'fio-rpc/binder';

const ending = new AbortController();
const server = new Server().add(
  Binder,
  binderHandlers(new MemoryRegistry(randomUUID()), ending.signal),
);
await server.listen({ port: Number(process.argv[2]), host: 'localhost' });
