import { measureMemory } from '../measure/memory';
import { FIO, FIO_BATCHES, FIO_DYNAMIC, FIO_TWO_WORKERS, PEERS } from '../peers/index';
import { byItself } from './by-itself';
import { PAYMENTS } from './payments';
import { rateRow, times, timesLatency } from './rate-row';
import type { Entry, Row } from './row';

const MIB = 1_048_576;

function unary(connections: number, inFlight: number, goals: Row['goals']): Row {
  const plural = connections === 1 ? 'connection' : 'connections';
  const name = `${inFlight} in flight on ${connections} ${plural}`;
  return rateRow({ group: 'unary', name, load: { kind: 'read', connections, inFlight }, goals });
}

const UNARY = [
  unary(1, 1, [timesLatency('raw Node', 1.1)]),
  unary(1, 64, [times('raw Node', 0.7), times('grpc-js', 60), times('C++ gRPC', 5)]),
  unary(1, 1_000, [times('grpc-js', 150), times('C++ gRPC', 20)]),
  unary(64, 16, [times('grpc-js', 100), times('C++ gRPC', 15)]),
];

const STREAMS = [
  rateRow({
    group: 'stream',
    name: 'server streaming, small items',
    unit: 'items/s',
    load: { kind: 'download' },
    goals: [times('grpc-js', 14)],
  }),
  rateRow({
    group: 'stream',
    name: 'client streaming, 1 000 small items each',
    unit: 'items/s',
    load: { kind: 'upload' },
  }),
  rateRow({
    group: 'stream',
    name: 'both ways, 1 000 small items each',
    unit: 'items/s',
    load: { kind: 'exchange' },
  }),
];

/** Batches beside items one by one. */
const BATCHES = [
  rateRow({
    group: 'batches',
    name: 'server streaming, small items, by batches()',
    unit: 'items/s',
    load: { kind: 'download' },
    peers: [FIO, FIO_BATCHES],
  }),
  rateRow({
    group: 'batches',
    name: 'client streaming, 1 000 small items each, by batches()',
    unit: 'items/s',
    load: { kind: 'upload' },
    peers: [FIO, FIO_BATCHES],
  }),
];

const ECHO = rateRow({
  group: 'echo',
  name: '1 MiB echo, 4 in flight',
  unit: 'MiB/s each way',
  load: { kind: 'echo', inFlight: 4, bytes: MIB },
  goals: [times('grpc-js', 10), times('raw Node', 0.85)],
});

function memory(connections: number, name: string): Row {
  const entries: Entry[] = PEERS.filter(({ kinds }) => kinds.includes('idle')).map((peer) => ({
    column: peer.column,
    name: peer.name,
    absence: () => peer.absence(),
    measure: () => measureMemory(peer, connections),
  }));
  const unit = 'KiB per connection, server';
  return { group: 'memory', name, unit, isLessBetter: true, goals: [{ value: 10 }], entries };
}

const MEMORY = [
  memory(1_000, 'memory, 1 000 idle connections'),
  memory(10_000, 'memory, 10 000 idle connections'),
];

/** Starts of a program in one measurement. */
const STARTS = 5;
const START: Row = {
  group: 'start',
  name: 'start of svc_banco to its first answer',
  unit: 'ms',
  isLessBetter: true,
  goals: [times('raw Node', 1.3)],
  entries: [
    byItself('Fio', () => ['start', 'fio', STARTS]),
    byItself('raw Node', () => ['start', 'raw-node', STARTS]),
  ],
};

function alone(group: string, name: string, jobs: Readonly<Record<string, string>>): Row {
  const entries = Object.entries(jobs).map(([column, job]) =>
    byItself(column, (measuredMs) => ['alone', job, Math.round(measuredMs / 2)]),
  );
  return { group, name, unit: 'ns', isLessBetter: true, goals: [], entries };
}

const ALONE = [
  alone('codec', 'request and reply written and read', {
    Fio: 'codec-fio',
    protobufjs: 'codec-protobufjs',
    JSON: 'codec-json',
  }),
  alone('framing', 'a frame written', { Fio: 'frames-written' }),
  alone('framing', 'a frame read', { Fio: 'frames-read' }),
];

const WORKERS = [
  rateRow({
    group: 'workers',
    name: '1 000 in flight on 16 connections, 1 process',
    load: { kind: 'read', connections: 16, inFlight: 64 },
    peers: [FIO],
    at: 1,
  }),
  rateRow({
    group: 'workers',
    name: '1 000 in flight on 16 connections, 2 workers',
    load: { kind: 'read', connections: 16, inFlight: 64 },
    peers: [FIO_TWO_WORKERS],
    at: 2,
  }),
];

function growth(
  group: string,
  sizes: readonly number[],
  load: (n: number) => Parameters<typeof rateRow>[0]['load'],
  unit?: string,
): Row[] {
  return sizes.map((at) => {
    const row = { group, name: `${group}: ${at}`, load: load(at), peers: [FIO], at };
    return rateRow(unit === undefined ? row : { ...row, unit });
  });
}

const DECADES = [1, 10, 100, 1_000, 10_000];
const GROWTH = [
  ...growth('calls in flight', DECADES, (inFlight) => ({ kind: 'read', inFlight })),
  ...growth('connections', DECADES, (connections) => ({ kind: 'read', connections })),
  ...growth('bytes of a message', [1, 16, 256, 4_096, 65_536, MIB, 4 * MIB - 16], (bytes) => ({
    kind: 'echo',
    bytes,
    inFlight: 4,
  })),
  ...growth(
    'streams',
    DECADES.slice(0, 4),
    (inFlight) => ({ kind: 'download', inFlight }),
    'items/s',
  ),
];

/** A client without a stub beside one with it. */
const DYNAMIC = [
  rateRow({
    group: 'dynamic',
    name: 'a client without a stub, 64 in flight on 1 connection',
    load: { kind: 'read', inFlight: 64 },
    peers: [FIO, FIO_DYNAMIC],
  }),
  alone('dynamic', 'request and reply written and read, without a stub', {
    Fio: 'codec-fio',
    'Fio, learnt': 'codec-dynamic',
  }),
];

/** Everything that is measured, in the order in which it is shown. */
export const ROWS: readonly Row[] = [
  ...UNARY,
  ...STREAMS,
  ...BATCHES,
  ECHO,
  ...MEMORY,
  START,
  ...PAYMENTS,
  ...ALONE,
  ...WORKERS,
  ...DYNAMIC,
  ...GROWTH,
];
