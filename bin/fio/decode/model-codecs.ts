import type {
  EnumType,
  Field,
  Member,
  MessageType,
  Model,
  Oneof,
  ScalarName,
} from '../../../src/idl/model';
import { Builtin } from '../../../src/rpc/index';
import * as wire from '../../../src/wire/codec';
import type { Codec, MessageCodec } from '../../../src/wire/codec';

/** A message as JSON has it: names of the IDL, enums by name, integers over 2^53 as text, bytes in hex. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const SCALARS: Readonly<Record<ScalarName, Codec<unknown>>> = {
  bool: wire.bool,
  int32: wire.int32,
  sint32: wire.int32,
  sfixed32: wire.int32,
  uint32: wire.uint32,
  fixed32: wire.uint32,
  int64: wire.int64,
  sint64: wire.int64,
  sfixed64: wire.int64,
  uint64: wire.uint64,
  fixed64: wire.uint64,
  float: wire.float,
  double: wire.double,
  string: wire.string,
  bytes: wire.bytes,
};

const SAFE_INTEGERS: Readonly<Partial<Record<ScalarName, Codec<unknown>>>> = {
  int64: wire.int64Number,
  sint64: wire.int64Number,
  sfixed64: wire.int64Number,
  uint64: wire.uint64Number,
  fixed64: wire.uint64Number,
};

/** What a method takes and answers, read from .proto files at run time, without stubs. */
export interface DecodableMethod {
  /** `wallet.Wallet/Transfer` */
  readonly name: string;
  readonly input: Readable;
  readonly output: Readable;
}

type Readable = Pick<Codec<unknown>, 'decode'>;

/** The methods of a model by their numbers, and its messages as JSON. */
export class ModelCodecs {
  private readonly methods = new Map<string, DecodableMethod>();
  private readonly codecs = new Map<MessageType, MessageCodec<Record<string, unknown>>>();

  constructor(model: Model) {
    for (const { id, name, input, output } of Object.values(Builtin.methods)) {
      this.methods.set(`${Builtin.id}.${id}`, {
        name: `${Builtin.name}/${name}`,
        input: plainJson(input),
        output: plainJson(output),
      });
    }
    for (const service of model.files.flatMap((file) => file.services)) {
      for (const method of service.methods) {
        this.methods.set(`${service.id}.${method.id}`, {
          name: `${service.fullName}/${method.name}`,
          input: this.codecOf(method.input),
          output: this.codecOf(method.output),
        });
      }
    }
  }

  method(service: number, method: number): DecodableMethod | undefined {
    return this.methods.get(`${service}.${method}`);
  }

  private codecOf(type: MessageType): MessageCodec<Record<string, unknown>> {
    const known = this.codecs.get(type);
    if (known !== undefined) return known;
    // In the table before its fields are made: a message may hold itself.
    const made: { codec?: MessageCodec<Record<string, unknown>> } = {};
    const codec = (): MessageCodec<Record<string, unknown>> => made.codec as never;
    this.codecs.set(type, {
      name: type.fullName,
      bytesMin: 1,
      zero: () => codec().zero(),
      create: (init) => codec().create(init),
      encode: (writer, value) => codec().encode(writer, value),
      decode: (reader) => codec().decode(reader),
    });
    made.codec = wire.message(
      type.fullName,
      type.members.map((member) => ({ name: member.name, codec: this.memberCodec(member) })),
    );
    this.codecs.set(type, made.codec);
    return made.codec;
  }

  private memberCodec(member: Member): Codec<unknown> {
    if (member.kind === 'oneof') return this.oneofCodec(member);
    const value = this.valueCodec(member);
    switch (member.label) {
      case 'repeated':
        return listJson(wire.list(value));
      case 'map':
        return mapJson(wire.map(scalarJson(SCALARS[member.key?.name ?? 'string']), value));
      case 'optional':
        return wire.optional(value);
      case 'single':
        return value;
    }
  }

  private oneofCodec(oneof: Oneof): Codec<unknown> {
    const cases = oneof.cases.map((one) => ({
      number: one.number,
      name: one.name,
      codec: this.valueCodec(one),
    }));
    const codec = wire.oneof(oneof.name, cases);
    return {
      ...codec,
      encode: () => readOnly(),
      decode(reader) {
        const chosen = codec.decode(reader);
        return chosen === undefined ? undefined : { [chosen.case]: chosen.value };
      },
    };
  }

  private valueCodec({ type }: Field): Codec<unknown> {
    if (type.kind === 'message') return wire.nested(this.codecOf(type));
    if (type.kind === 'enum') return enumJson(type);
    // [jstype = JS_NUMBER]: what a program would refuse is refused here too.
    const safe = type.isJsNumber ? SAFE_INTEGERS[type.name] : undefined;
    return scalarJson(safe ?? SCALARS[type.name]);
  }
}

function readOnly(): never {
  throw new TypeError('these codecs only read');
}

function mapped<T>(codec: Codec<T>, toJson: (value: T) => unknown): Codec<unknown> {
  return {
    name: codec.name,
    bytesMin: codec.bytesMin,
    zero: () => toJson(codec.zero()),
    encode: () => readOnly(),
    decode: (reader) => toJson(codec.decode(reader)),
  };
}

function scalarJson(codec: Codec<unknown>): Codec<unknown> {
  return mapped(codec, (value) => {
    if (typeof value === 'bigint') {
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    }
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    // JSON has no such numbers.
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return value;
  });
}

/** What a hand-written codec reads, its bytes as text in hex. */
function plainJson(codec: Readable): Readable {
  return {
    decode: (reader) =>
      JSON.parse(
        JSON.stringify(codec.decode(reader), (_, value: unknown) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
        ),
      ) as unknown,
  };
}

function enumJson(type: EnumType): Codec<unknown> {
  const names = new Map([...type.values].reverse().map(({ name, number }) => [number, name]));
  return mapped(wire.enumOf(type.fullName), (value) => names.get(value) ?? value);
}

function listJson(codec: Codec<unknown[]>): Codec<unknown> {
  return mapped(codec, (values) => values);
}

/** By the keys as text, as JSON has them. */
function mapJson(codec: Codec<Map<unknown, unknown>>): Codec<unknown> {
  return mapped(codec, (entries) =>
    Object.fromEntries([...entries].map(([key, value]) => [String(key), value])),
  );
}
