// The public names: what programs and services import. Nothing else of this folder is for them.

export type { Balance } from './client/balancer';
export { connect, Channel, type ChannelOptions, type Dialer } from './client/channel';
export type { RetryPolicy } from './client/retry';
export { resolveList, type Resolver, type ResolverSink } from './client/resolver';
export { resolveDns, type DnsOptions } from './client/dns-resolver';
export { client, type Client, type MethodCalls } from './client/client';
export {
  describeServer,
  describeService,
  dynamicClient,
  dynamicClientFrom,
  dynamicErrors,
  type DynamicCall,
  type DynamicClient,
  type DynamicMethod,
} from './client/dynamic-client';
export { batches } from './batches';
export { serviceFromDescription } from './client/described-service';
export { errorsFromDescription } from './client/described-errors';
export { findService } from './find-service';
export type { DynamicMessage } from './client/described-message';
export { suggestion } from './suggestion';
export type {
  BidirectionalCall,
  ClientStreamingCall,
  ServerStreamingCall,
} from './client/streaming-call';
export type { CallOptions } from './client/call';
export type {
  AnyStreamingCall,
  CallOutcome,
  ClientInterceptor,
  OutgoingCall,
} from './client/interceptor';
export type { ServerInterceptor } from './server/interceptor';
export { authenticateByToken, type Authenticator, type Peer } from './server/authentication';
export { authorize } from './server/authorization';
export type { ClientTls, ServerTls } from './tls-transport';
export type { PeerIdentity } from './peer-identity';
export { Server, type ListenOptions, type ServerOptions } from './server/server';
export {
  isWorker,
  serveOnWorkers,
  type Workers,
  type WorkersOptions,
} from './server/serve-on-workers';
export type { CallContext, Handlers, MethodHandlers } from './server/handlers';
export {
  Builtin,
  HealthStatus,
  type MethodStatistics,
  type StatisticsReply,
} from './builtin-service';
export { Health } from './server/health';
export { parseAddress, formatAddress, type Address } from './address';
export { makeIdempotencyKey, timeOfKey } from './idempotency-key';
export { MemoryOutcomes, type MemoryOutcomesOptions } from './server/memory-outcomes';
export {
  identityOf,
  type KeyedCall,
  type Outcome,
  type OutcomeStore,
  type Transacted,
} from './server/outcome-store';
export { OutcomeRecords, type OutcomeRecord } from './server/outcome-records';
export { RememberedOutcomes } from './server/remembered-outcomes';
export { systemEnvironment, type Environment, type Timer } from './environment';
export {
  DIAGNOSTICS,
  type CallEvent,
  type ConnectionEvent,
  type ViolationEvent,
} from './diagnostics';
export type { Transport, TransportSink } from './transport';
export { RpcError, StatusCode, type RpcErrorInit, type TypedDetail } from './status';
export { errorDetail, typedError } from './typed-error';
export type {
  AnyMethod,
  EnumShape,
  ErrorType,
  FieldShape,
  Idempotency,
  MessageShape,
  MethodDesc,
  MethodKind,
  ServiceDesc,
  ServiceTypes,
} from './method';
export {
  IdempotencyNumber,
  KindNumber,
  LabelNumber,
  type DescribeReply,
  type EnumDescription,
  type FieldDescription,
  type MessageDescription,
  type MethodDescription,
  type ServiceDescription,
} from './description';
export type { MetadataPair } from '../wire/options';
export { DEFAULT_LIMITS, type Limits } from '../wire/limits';
