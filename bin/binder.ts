#!/usr/bin/env node
// The binder: servers tell it where they are, clients ask it. Shows what it is told and asked.
import { randomBytes } from 'node:crypto';
import { Server } from '../src/rpc/index';
import { binderHandlers, type BinderEvents } from '../src/services/binder/binder-handlers';
import { BINDER_LIMITS } from '../src/services/binder/binder-limits';
import { EtcdClient } from '../src/services/binder/etcd-client';
import { EtcdRegistry } from '../src/services/binder/etcd-registry';
import { MemoryRegistry, type Registry } from '../src/services/binder/registry';
import { Binder } from '../src/services/gen/binder';
import { parseArguments, port } from './support/arguments';
import { print } from './support/output';
import { FlagError, runProgram } from './support/program';
import { listenSecurity, serverSecurity, takeSecurity } from './support/security';
import { Lifetime, serve } from './support/serving';

const EVENTS: BinderEvents = {
  onRegistered: (name, address) => show(`+ ${name} ${address}`),
  onGone: (name, address) => show(`- ${name} ${address}`),
  onResolved: (query, found) => show(`? ${query} ${found}`),
};

void runProgram('binder <port> [--store http://HOST:PORT[,http://HOST:PORT]]', async (args) => {
  const security = takeSecurity(args, 'server', { '--store': 'URL' });
  const [portNumber] = parseArguments(security.rest, port);
  const registry = await openRegistry(security.values.get('--store'));
  const lifetime = new Lifetime();
  const ending = new AbortController();
  void lifetime.over.then(() => ending.abort());
  const server = new Server({ ...serverSecurity(security), limits: BINDER_LIMITS });
  server.add(Binder, binderHandlers(registry, ending.signal, EVENTS));
  try {
    await serve(server, portNumber, lifetime, {
      ...listenSecurity(security),
      onListening: () => print('Binder Online ...'),
    });
  } finally {
    await registry.close();
  }
});

async function openRegistry(store: string | undefined): Promise<Registry> {
  if (store === undefined) return new MemoryRegistry(randomBytes(8).toString('hex'));
  let etcd: EtcdClient;
  try {
    etcd = new EtcdClient(store);
  } catch (error) {
    throw new FlagError(`--store: ${error instanceof Error ? error.message : String(error)}`);
  }
  return EtcdRegistry.open(etcd, (line) => process.stderr.write(`${line}\n`));
}

/** Nobody needs to read it: what cannot be written is dropped. */
function show(line: string): void {
  process.stdout.write(`${line}\n`);
}
