import type { MessageCodec } from '../wire/codec';

export type { MessageCodec } from '../wire/codec';

/** The four kinds of call. */
export type MethodKind = 'unary' | 'server-streaming' | 'client-streaming' | 'bidirectional';

/**
 * What happens when a call is made twice.
 * `unsafe`: its effect too. `idempotent`: nothing more than once would do; it may be retried.
 * `keyed`: the server remembers the call by its idempotency key and answers a repeat from memory.
 */
export type Idempotency = 'unsafe' | 'idempotent' | 'keyed';

/** One method of a service as an IDL declares it: what a stub and a dispatcher need to know. */
export interface MethodDesc<I = unknown, O = unknown, K extends MethodKind = MethodKind> {
  /** The name in the IDL: `ReadBalance`. */
  readonly name: string;
  /** u16, unique in its service, never reused. */
  readonly id: number;
  readonly kind: K;
  readonly idempotency: Idempotency;
  readonly input: MessageCodec<I>;
  readonly output: MessageCodec<O>;
}

/** A service as an IDL declares it. A stub is this value and one generic client, not a class. */
export interface ServiceDesc {
  /** The full name in the IDL: `wallet.Wallet`. */
  readonly name: string;
  /** u16, on every frame of a call. */
  readonly id: number;
  /** By their names in TypeScript: `readBalance`. */
  readonly methods: Readonly<Record<string, AnyMethod>>;
}

// A description is read, never called with a value of the wrong type: the codecs' parameters
// would otherwise make no two descriptions assignable to one type.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyMethod = MethodDesc<any, any>;

/** `wallet.Wallet/ReadBalance`: for logs and errors. */
export function methodName(service: ServiceDesc, method: AnyMethod): string {
  return `${service.name}/${method.name}`;
}
