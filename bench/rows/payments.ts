import {
  FIO,
  FIO_DURABLE,
  FIO_POSTGRES,
  FIO_POSTGRES_2,
  FIO_POSTGRES_4,
  GRPC_POSTGRES,
  PLAIN_POSTGRES,
} from '../peers/index';
import type { Peer } from '../peers/peer';
import { byItself } from './by-itself';
import { rateRow, times } from './rate-row';
import type { Goal, Row } from './row';

/** So many are on their way at a time: one after the other, and what fills a batch. */
const IN_FLIGHT = [1, 64, 1_000];
const CONNECTIONS = 16;

function payments(what: string, inFlight: number, peers: readonly Peer[], goals: Goal[] = []): Row {
  return rateRow({
    group: 'payments',
    name: `${what}, ${inFlight.toLocaleString('en').replace(',', ' ')} in flight`,
    unit: 'payments/s',
    load: { kind: 'pay', inFlight },
    goals,
    peers,
  });
}

/** Beside what the embedded database does by itself, with as many calls in a transaction. */
function inFile(inFlight: number): Row {
  const goals = inFlight === 1_000 ? [times('SQLite alone', 0.6)] : [];
  const row = payments('durable payments (SQLite, fsync)', inFlight, [FIO_DURABLE], goals);
  const engine = byItself(
    'SQLite alone',
    (measuredMs) => ['alone', `database-${inFlight}`, measuredMs],
    (nanoseconds) => 1e9 / nanoseconds,
    () => FIO_DURABLE.absence(),
  );
  return { ...row, entries: [...row.entries, engine] };
}

function inDatabase(inFlight: number): Row {
  const peers = [FIO_POSTGRES, GRPC_POSTGRES, PLAIN_POSTGRES];
  return payments('durable payments (PostgreSQL)', inFlight, peers);
}

/** The same database, and more processes before it: two cores cannot show that it is faster. */
function onWorkers(processes: number, peer: Peer): Row {
  return rateRow({
    group: 'payments',
    name: `durable payments (PostgreSQL), 1 024 in flight, ${processes} svc_banco`,
    unit: 'payments/s',
    load: { kind: 'pay', connections: CONNECTIONS, inFlight: 1_024 / CONNECTIONS },
    peers: [peer],
  });
}

export const PAYMENTS: readonly Row[] = [
  payments('payments, ledger in memory', 1_000, [FIO]),
  ...IN_FLIGHT.map(inFile),
  ...IN_FLIGHT.map(inDatabase),
  onWorkers(1, FIO_POSTGRES),
  onWorkers(2, FIO_POSTGRES_2),
  onWorkers(4, FIO_POSTGRES_4),
];
