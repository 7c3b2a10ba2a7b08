import { postgresAbsence } from '../postgres/own-server';
import { nativePeer } from './native-peers';
import { nodePeer } from './node-peers';
import type { Peer } from './peer';

/** Everything that Fio does with its defaults. */
export const FIO = nodePeer('Fio', 'fio', [
  'read',
  'echo',
  'download',
  'upload',
  'exchange',
  'pay',
  'idle',
]);
/** With what comes on a stream taken by batches(). */
export const FIO_BATCHES = nodePeer('Fio, batches', 'fio-batches', ['download', 'upload']);
/** With a client that learns the service from its server. */
export const FIO_DYNAMIC = nodePeer('Fio, learnt', 'fio-dynamic', ['read']);
export const FIO_DURABLE = nodePeer('Fio', 'fio-durable', ['pay'], {
  needs: ['better-sqlite3/build/Release/better_sqlite3.node'],
});
export const FIO_TWO_WORKERS = nodePeer('Fio', 'fio-2-workers', ['read']);

/** Payments with a database behind them: ours, a plain gRPC server's, and without any server. */
const POSTGRES = { needs: ['pg'], lacks: postgresAbsence };
export const FIO_POSTGRES = nodePeer('Fio', 'fio-postgres', ['pay'], POSTGRES);
export const FIO_POSTGRES_2 = nodePeer('Fio', 'fio-postgres-2-workers', ['pay'], POSTGRES);
export const FIO_POSTGRES_4 = nodePeer('Fio', 'fio-postgres-4-workers', ['pay'], POSTGRES);
export const GRPC_POSTGRES = nodePeer('grpc-js', 'grpc-js-postgres', ['pay'], POSTGRES);
export const PLAIN_POSTGRES = nodePeer('PostgreSQL alone', 'plain-postgres', ['pay'], POSTGRES);

/** All that are compared with Fio, in the order of the columns. */
export const OTHERS: readonly Peer[] = [
  nodePeer('raw Node', 'raw-node', ['read', 'echo', 'idle']),
  nodePeer('grpc-js', 'grpc-js', ['read', 'echo', 'download', 'upload', 'exchange', 'idle'], {
    warmUpFactor: 1.75,
  }),
  nodePeer('msgpack-rpc', 'msgpack', ['read', 'echo', 'idle'], { needs: ['@msgpack/msgpack'] }),
  nodePeer('thrift', 'thrift', ['read', 'echo', 'idle'], {
    needs: ['thrift', '../../native/thrift/Peer.js'],
  }),
  nativePeer('Go net/rpc', 'go-net-rpc', ['read', 'echo', 'idle'], {
    server: ['go-net-rpc', 'server'],
    client: ['go-net-rpc', 'client'],
  }),
  nativePeer('C++ gRPC', 'cpp-grpc-callback', ['read', 'echo', 'download', 'idle'], {
    server: ['grpc-server', 'callback'],
    client: ['grpc-client'],
  }),
  nativePeer('C++ gRPC', 'cpp-grpc-queue', ['read'], {
    server: ['grpc-server', 'queue'],
    client: ['grpc-client'],
  }),
];

export const PEERS: readonly Peer[] = [FIO, ...OTHERS];
