import {
  bytes,
  enumOf,
  int64Number,
  list,
  message,
  nested,
  string,
  uint64Number,
  type Codec,
  type MessageCodec,
} from '../wire/codec';
import { builtinTypes } from './builtin-types';
import { DescribeReply, DescribeRequest } from './description';
import type { Idempotency, MethodDesc, MethodKind } from './method';

// Service 0, which every server has: what does it serve, is it well, what has it done, does it hear me. Written by hand
// because rpc knows no generated code; docs/PROTOCOL.md §7.5 has it as a .proto.

/** Whether a service takes calls. */
export enum HealthStatus {
  /** No such service here. */
  UNKNOWN = 0,
  SERVING = 1,
  NOT_SERVING = 2,
}

export interface HealthRequest {
  /** A service's full name, such as `wallet.Wallet`; empty: the server as a whole. */
  service: string;
}

export interface HealthReply {
  status: HealthStatus;
}

export type StatisticsRequest = object;

/** What one method has done since the server was made. */
export interface MethodStatistics {
  /** `wallet.Wallet/ReadBalance` */
  method: string;
  /** Handlers started. */
  calls: number;
  /** Those of them that ended with a code other than OK. */
  errors: number;
  /** Those that have not ended. */
  open: number;
  /**
   * How long handlers took, of one call in sixteen: how many took less than 2^i microseconds and
   * not less than half of that. 32 numbers.
   */
  latencies: number[];
}

export interface StatisticsReply {
  /** Milliseconds since the server was made. */
  uptimeMs: number;
  /** Connections open now, and all that there were. */
  connections: number;
  connectionsTotal: number;
  methods: MethodStatistics[];
}

export interface EchoMessage {
  payload: Uint8Array;
}

const field = <T>(name: string, codec: Codec<T>) => ({ name, codec: codec as Codec<unknown> });

const healthRequest = message<HealthRequest>('fio.HealthRequest', [field('service', string)]);
const healthReply = message<HealthReply>('fio.HealthReply', [
  field('status', enumOf<HealthStatus>('fio.HealthStatus')),
]);
const statisticsRequest = message<StatisticsRequest>('fio.StatisticsRequest', []);
const methodStatistics = message<MethodStatistics>('fio.MethodStatistics', [
  field('method', string),
  field('calls', uint64Number),
  field('errors', uint64Number),
  field('open', uint64Number),
  field('latencies', list(uint64Number)),
]);
const statisticsReply = message<StatisticsReply>('fio.StatisticsReply', [
  field('uptimeMs', int64Number),
  field('connections', uint64Number),
  field('connectionsTotal', uint64Number),
  field('methods', list(nested(methodStatistics))),
]);
const echoMessage = message<EchoMessage>('fio.EchoMessage', [field('payload', bytes)]);

function method<I, O, K extends MethodKind>(
  name: string,
  id: number,
  kind: K,
  input: MessageCodec<I>,
  output: MessageCodec<O>,
): MethodDesc<I, O, K> {
  const idempotency: Idempotency = 'idempotent';
  return { name, id, kind, idempotency, input, output };
}

/** The built-in service: `client(Builtin, channel).check({ service: '' })`. */
export const Builtin = {
  name: 'fio.Builtin',
  id: 0,
  methods: {
    describe: method('Describe', 1, 'unary', DescribeRequest, DescribeReply),
    check: method('Check', 2, 'unary', healthRequest, healthReply),
    watch: method('Watch', 3, 'server-streaming', healthRequest, healthReply),
    statistics: method('Statistics', 4, 'unary', statisticsRequest, statisticsReply),
    echo: method('Echo', 5, 'unary', echoMessage, echoMessage),
  },
  types: builtinTypes,
} as const;
