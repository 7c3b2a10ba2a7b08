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

/** The detail of a typed error as an IDL declares it. */
export interface ErrorType<T> extends MessageCodec<T> {
  /** u16, unique in its package. */
  readonly errorId: number;
  /** The status of a call that ends with it. */
  readonly code: number;
  /** The services of this package may end a call with it. */
  readonly package: string;
}

/** A service as an IDL declares it. A stub is this value and one generic client, not a class. */
export interface ServiceDesc {
  /** The full name in the IDL: `wallet.Wallet`. */
  readonly name: string;
  /** u16, on every frame of a call. */
  readonly id: number;
  /** By their names in TypeScript: `readBalance`. */
  readonly methods: Readonly<Record<string, AnyMethod>>;
  /** The types of its messages, for Describe: made when they are asked for, which is seldom. */
  readonly types?: () => ServiceTypes;
}

/** All that an IDL says of a service besides what its codecs do: for people, and for clients without a stub. */
export interface ServiceTypes {
  readonly comment?: string;
  /** The methods' names in the IDL, and what is said of each. */
  readonly methodComments?: readonly (readonly [method: string, comment: string])[];
  /** Those that its methods take and answer, and all that are inside of these. */
  readonly messages: readonly MessageShape[];
  readonly enums: readonly EnumShape[];
}

export interface MessageShape {
  /** The full name in the IDL: `wallet.TransferRequest`. */
  readonly name: string;
  readonly comment?: string;
  /** Of the detail of a typed error: its number, and the status of a call that ends with it. */
  readonly errorId?: number;
  readonly code?: number;
  /** In the order of their numbers. */
  readonly fields: readonly FieldShape[];
}

export interface FieldShape {
  /** The name in the IDL: `wallet_name`. */
  readonly name: string;
  readonly number: number;
  /** A scalar's name in the IDL, or a dot and the full name of a message or an enum. */
  readonly type: string;
  /** Left out: `single`; a single message may be absent all the same. */
  readonly label?: 'optional' | 'repeated' | 'map';
  /** The scalar type of a map's keys; `type` is that of its values. */
  readonly key?: string;
  /** The oneof that it is a case of. */
  readonly oneof?: string;
  /** A 64-bit integer that programs see as a number. */
  readonly isJsNumber?: boolean;
  readonly comment?: string;
}

export interface EnumShape {
  readonly name: string;
  readonly comment?: string;
  readonly values: readonly EnumValueShape[];
}

export interface EnumValueShape {
  readonly name: string;
  readonly number: number;
  readonly comment?: string;
}

// A description is read, never called with a value of the wrong type: the codecs' parameters
// would otherwise make no two descriptions assignable to one type.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyMethod = MethodDesc<any, any>;

/** `wallet.Wallet` is of the package `wallet`. */
export function packageOf(serviceName: string): string {
  return serviceName.slice(0, Math.max(0, serviceName.lastIndexOf('.')));
}

/** `wallet.Wallet/ReadBalance`: for logs and errors. */
export function methodName(service: ServiceDesc, method: AnyMethod): string {
  return `${service.name}/${method.name}`;
}
