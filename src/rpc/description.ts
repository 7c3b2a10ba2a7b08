import {
  bool,
  enumOf,
  int32,
  list,
  message,
  nested,
  string,
  uint32,
  type Codec,
  type MessageCodec,
} from '../wire/codec';

// What Describe tells of services, on the wire: docs/PROTOCOL.md §7.5. Absent texts are empty.

export interface DescribeRequest {
  /** A service's full name; empty: all of them. */
  service: string;
}

export interface DescribeReply {
  services: ServiceDescription[];
  /** Every message that the services' methods take, answer, or have inside of these. */
  messages: MessageDescription[];
  enums: EnumDescription[];
}

export interface ServiceDescription {
  name: string;
  id: number;
  comment: string;
  methods: MethodDescription[];
}

export enum KindNumber {
  UNARY = 0,
  SERVER_STREAMING = 1,
  CLIENT_STREAMING = 2,
  BIDIRECTIONAL = 3,
}

export enum IdempotencyNumber {
  UNSAFE = 0,
  IDEMPOTENT = 1,
  KEYED = 2,
}

export interface MethodDescription {
  /** As in the IDL: `ReadBalance`. */
  name: string;
  id: number;
  kind: KindNumber;
  idempotency: IdempotencyNumber;
  /** Full names of messages. */
  input: string;
  output: string;
  comment: string;
}

export interface MessageDescription {
  name: string;
  comment: string;
  /** In the order of their numbers. */
  fields: FieldDescription[];
  /** Of the detail of a typed error: its number, and the status of its calls; else 0. */
  errorId: number;
  errorCode: number;
}

export enum LabelNumber {
  SINGLE = 0,
  OPTIONAL = 1,
  REPEATED = 2,
  MAP = 3,
}

export interface FieldDescription {
  name: string;
  number: number;
  /** A scalar of proto3, or a dot and the full name of a message or an enum; a map's values. */
  type: string;
  label: LabelNumber;
  /** The scalar type of a map's keys. */
  key: string;
  /** The oneof that it is a case of. */
  oneof: string;
  /** `[jstype = JS_NUMBER]` */
  jsNumber: boolean;
  comment: string;
}

export interface EnumDescription {
  name: string;
  comment: string;
  values: EnumValueDescription[];
}

export interface EnumValueDescription {
  name: string;
  number: number;
  comment: string;
}

const field = <T>(name: string, codec: Codec<T>) => ({ name, codec: codec as Codec<unknown> });

const methodDescription = message<MethodDescription>('fio.MethodDescription', [
  field('name', string),
  field('id', uint32),
  field('kind', enumOf<KindNumber>('fio.MethodKind')),
  field('idempotency', enumOf<IdempotencyNumber>('fio.Idempotency')),
  field('input', string),
  field('output', string),
  field('comment', string),
]);

const serviceDescription = message<ServiceDescription>('fio.ServiceDescription', [
  field('name', string),
  field('id', uint32),
  field('comment', string),
  field('methods', list(nested(methodDescription))),
]);

const fieldDescription = message<FieldDescription>('fio.FieldDescription', [
  field('name', string),
  field('number', uint32),
  field('type', string),
  field('label', enumOf<LabelNumber>('fio.FieldLabel')),
  field('key', string),
  field('oneof', string),
  field('jsNumber', bool),
  field('comment', string),
]);

const messageDescription = message<MessageDescription>('fio.MessageDescription', [
  field('name', string),
  field('comment', string),
  field('fields', list(nested(fieldDescription))),
  field('errorId', uint32),
  field('errorCode', uint32),
]);

const enumValueDescription = message<EnumValueDescription>('fio.EnumValueDescription', [
  field('name', string),
  field('number', int32),
  field('comment', string),
]);

const enumDescription = message<EnumDescription>('fio.EnumDescription', [
  field('name', string),
  field('comment', string),
  field('values', list(nested(enumValueDescription))),
]);

export const DescribeRequest: MessageCodec<DescribeRequest> = message<DescribeRequest>(
  'fio.DescribeRequest',
  [field('service', string)],
);

export const DescribeReply: MessageCodec<DescribeReply> = message<DescribeReply>(
  'fio.DescribeReply',
  [
    field('services', list(nested(serviceDescription))),
    field('messages', list(nested(messageDescription))),
    field('enums', list(nested(enumDescription))),
  ],
);
