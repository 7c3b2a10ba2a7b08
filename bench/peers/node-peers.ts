import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { LoadKind } from '../load';
import type { NodePeer, Peer } from './peer';

/** Each in a module of its own: a process loads only what it measures. */
const MODULES: Readonly<Record<string, () => Promise<NodePeer>>> = {
  fio: async () => (await import('./fio.js')).fio,
  'fio-batches': async () => (await import('./fio-batches.js')).fioBatches,
  'fio-dynamic': async () => (await import('./fio-dynamic.js')).fioDynamic,
  'fio-durable': async () => (await import('./fio.js')).fioDurable,
  'fio-2-workers': async () => (await import('./fio-workers.js')).fioTwoWorkers,
  'fio-postgres': async () => (await import('./fio-postgres.js')).fioPostgres(1),
  'fio-postgres-2-workers': async () => (await import('./fio-postgres.js')).fioPostgres(2),
  'fio-postgres-4-workers': async () => (await import('./fio-postgres.js')).fioPostgres(4),
  'grpc-js-postgres': async () => (await import('./grpc-js-payments.js')).grpcJsPayments,
  'plain-postgres': async () => (await import('./plain-postgres.js')).plainPostgres,
  'raw-node': async () => (await import('./raw-node.js')).rawNode,
  'grpc-js': async () => (await import('./grpc-js.js')).grpcJs,
  msgpack: async () => (await import('./msgpack.js')).msgpackRpc,
  thrift: async () => (await import('./thrift.js')).thrift,
};

export function loadNodePeer(name: string): Promise<NodePeer> {
  const load = MODULES[name];
  if (load === undefined) throw new Error(`there is no peer ${name}`);
  return load();
}

interface NodePeerOptions {
  readonly warmUpFactor?: number;
  /** Modules. */
  readonly needs?: readonly string[];
  /** Why it cannot be measured here, apart from modules. */
  readonly lacks?: () => string | undefined;
}

/** A peer that child.js runs. */
export function nodePeer(
  column: string,
  name: string,
  kinds: readonly LoadKind[],
  { warmUpFactor = 1, needs = [], lacks = () => undefined }: NodePeerOptions = {},
): Peer {
  return {
    column,
    name,
    kinds,
    warmUpFactor,
    absence() {
      const missing = needs.find((one) => !isThere(one));
      return missing === undefined ? lacks() : `needs ${missing}`;
    },
    command: () => [process.execPath, join(__dirname, '..', 'process', 'child.js'), name],
  };
}

function isThere(module: string): boolean {
  try {
    createRequire(__filename).resolve(module);
    return true;
  } catch {
    return false;
  }
}

/** A module that only the benchmark uses, and so has no types in the project. */
export function requireUntyped(module: string): unknown {
  return createRequire(__filename)(module);
}
