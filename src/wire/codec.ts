import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { ProtocolError } from './protocol-error';

export type { ByteReader } from './byte-reader';
export type { ByteWriter } from './byte-writer';

/**
 * How a type looks on the wire: a plain value, and codecs are made of codecs. The stub compiler
 * writes the same bytes by straight-line code, which is faster; these are its naive twin in the
 * tests, and what a stub without generated code is built from. docs/PROTOCOL.md §7.
 */
export interface Codec<T> {
  /** The type's name in the IDL, for errors. */
  readonly name: string;
  /** Least bytes that a value takes, at least 1: a count is checked against it. */
  readonly bytesMin: number;
  /** What a field has that was not sent: proto3's default. */
  zero(): T;
  encode(writer: ByteWriter, value: T): void;
  decode(reader: ByteReader): T;
}

/**
 * The fields of a message without a length around them: what a CALL, DATA or END carries. As an
 * element, a map's value or a field it stands in nested().
 */
export interface MessageCodec<T> extends Codec<T> {
  /** A message with the given fields, the rest at proto3's defaults. */
  create(init?: Partial<T>): T;
}

// ---- scalars -------------------------------------------------------------------------------

export const bool: Codec<boolean> = {
  name: 'bool',
  bytesMin: 1,
  zero: () => false,
  encode: (writer, value) => writer.bool(value),
  decode: (reader) => reader.bool(),
};

/** int32, sint32, sfixed32. */
export const int32: Codec<number> = {
  name: 'int32',
  bytesMin: 4,
  zero: () => 0,
  encode: (writer, value) => writer.i32(value),
  decode: (reader) => reader.i32(),
};

/** uint32, fixed32. */
export const uint32: Codec<number> = {
  name: 'uint32',
  bytesMin: 4,
  zero: () => 0,
  encode: (writer, value) => writer.u32(value),
  decode: (reader) => reader.u32(),
};

/** int64, sint64, sfixed64. */
export const int64: Codec<bigint> = {
  name: 'int64',
  bytesMin: 8,
  zero: () => 0n,
  encode: (writer, value) => writer.i64(value),
  decode: (reader) => reader.i64(),
};

/** uint64, fixed64. */
export const uint64: Codec<bigint> = {
  name: 'uint64',
  bytesMin: 8,
  zero: () => 0n,
  encode: (writer, value) => writer.u64(value),
  decode: (reader) => reader.u64(),
};

/** int64 and kin with `[jstype = JS_NUMBER]`: the same bytes, a safe integer. */
export const int64Number: Codec<number> = {
  name: 'int64',
  bytesMin: 8,
  zero: () => 0,
  encode: (writer, value) => writer.i64Number(value),
  decode: (reader) => reader.i64Number(),
};

/** uint64 and fixed64 with `[jstype = JS_NUMBER]`. */
export const uint64Number: Codec<number> = {
  name: 'uint64',
  bytesMin: 8,
  zero: () => 0,
  encode: (writer, value) => writer.u64Number(value),
  decode: (reader) => reader.u64Number(),
};

export const float: Codec<number> = {
  name: 'float',
  bytesMin: 4,
  zero: () => 0,
  encode: (writer, value) => writer.f32(value),
  decode: (reader) => reader.f32(),
};

export const double: Codec<number> = {
  name: 'double',
  bytesMin: 8,
  zero: () => 0,
  encode: (writer, value) => writer.f64(value),
  decode: (reader) => reader.f64(),
};

export const string: Codec<string> = {
  name: 'string',
  bytesMin: 4,
  zero: () => '',
  encode: (writer, value) => writer.string(value),
  decode: (reader) => reader.string(),
};

export const bytes: Codec<Uint8Array> = {
  name: 'bytes',
  bytesMin: 4,
  zero: () => new Uint8Array(0),
  encode: (writer, value) => writer.bytes(value),
  decode: (reader) => reader.bytes(),
};

/** An enum is an i32; a number without a name is kept as it is. */
export function enumOf<E extends number>(name: string): Codec<E> {
  return {
    name,
    bytesMin: 4,
    zero: () => 0 as E,
    encode: (writer, value) => writer.i32(value),
    decode: (reader) => reader.i32() as E,
  };
}

// ---- composites ----------------------------------------------------------------------------

/** `optional`: one byte of presence, then the value if there is one. */
export function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    name: `optional ${codec.name}`,
    bytesMin: 1,
    zero: () => undefined,
    encode(writer, value) {
      if (writer.present(value !== undefined)) codec.encode(writer, value as T);
    },
    decode: (reader) => (reader.present() ? codec.decode(reader) : undefined),
  };
}

/** `repeated`: a u32 count, then the elements. */
export function list<T>(element: Codec<T>): Codec<T[]> {
  return {
    name: `repeated ${element.name}`,
    bytesMin: 4,
    zero: () => [],
    encode(writer, values) {
      writer.count(values.length);
      for (const value of values) element.encode(writer, value);
    },
    decode(reader) {
      const count = reader.count(element.bytesMin);
      const values: T[] = [];
      for (let i = 0; i < count; i++) values.push(element.decode(reader));
      return values;
    },
  };
}

/** `map`: a u32 count, then key and value in turn; a key that comes twice is refused. */
export function map<K, V>(key: Codec<K>, value: Codec<V>): Codec<Map<K, V>> {
  return {
    name: `map<${key.name}, ${value.name}>`,
    bytesMin: 4,
    zero: () => new Map(),
    encode(writer, entries) {
      writer.count(entries.size);
      for (const [k, v] of entries) {
        key.encode(writer, k);
        value.encode(writer, v);
      }
    },
    decode(reader) {
      const count = reader.count(key.bytesMin + value.bytesMin);
      const entries = new Map<K, V>();
      for (let i = 0; i < count; i++) {
        addEntry(entries, key.decode(reader), value.decode(reader));
      }
      return entries;
    },
  };
}

const SHOWN_KEY_CHARS = 40;

/** Add one decoded pair. @throws ProtocolError MAP_KEY_REPEATED */
export function addEntry<K, V>(entries: Map<K, V>, key: K, value: V): void {
  if (entries.has(key)) {
    // The key is the peer's: it may be of megabytes and of characters that no log wants.
    const shown = JSON.stringify(String(key).slice(0, SHOWN_KEY_CHARS));
    throw new ProtocolError('MAP_KEY_REPEATED', `a map has the key ${shown} twice`);
  }
  entries.set(key, value);
}

/** A message as an element or as a map's value: u32 length, then its fields. */
export function nested<T>(codec: MessageCodec<T>): Codec<T> {
  return {
    name: codec.name,
    bytesMin: 4,
    zero: () => codec.zero(),
    encode(writer, value) {
      const mark = writer.enter();
      codec.encode(writer, value);
      writer.leave(mark);
    },
    decode(reader) {
      const outerEnd = reader.enter();
      const value = codec.decode(reader);
      reader.leave(outerEnd);
      return value;
    },
  };
}

/** One case of a oneof: its field number, its name in TypeScript, its codec. */
export interface OneofCase {
  readonly number: number;
  readonly name: string;
  readonly codec: Codec<unknown>;
}

export interface OneofValue {
  readonly case: string;
  readonly value: unknown;
}

/** `oneof`: u16 field number (0: none, and nothing follows), u32 length, the value. */
export function oneof(name: string, cases: readonly OneofCase[]): Codec<OneofValue | undefined> {
  const byNumber = new Map(cases.map((one) => [one.number, one]));
  const byName = new Map(cases.map((one) => [one.name, one]));
  return {
    name: `oneof ${name}`,
    bytesMin: 2,
    zero: () => undefined,
    encode(writer, chosen) {
      if (chosen === undefined) {
        writer.u16(0);
        return;
      }
      const one = byName.get(chosen.case);
      if (one === undefined) throw new TypeError(`oneof ${name} has no case ${chosen.case}`);
      writer.u16(one.number);
      const mark = writer.enter();
      one.codec.encode(writer, chosen.value);
      writer.leave(mark);
    },
    decode(reader) {
      const number = reader.u16();
      if (number === 0) return undefined;
      const outerEnd = reader.enter();
      const one = byNumber.get(number);
      // A case that is newer than we are reads as none.
      const chosen =
        one === undefined
          ? undefined
          : { case: one.name, value: reader.more() ? one.codec.decode(reader) : one.codec.zero() };
      reader.leave(outerEnd);
      return chosen;
    },
  };
}

/** One field of a message, or a whole oneof, in the place it has on the wire. */
export interface MessageField {
  /** The property's name in TypeScript. */
  readonly name: string;
  readonly codec: Codec<unknown>;
}

/**
 * A message from its fields, given in ascending field number. Shorter than we know: the fields
 * that are missing are at their defaults. Longer: whoever holds the length skips the rest.
 * @throws TypeError for a field named __proto__: to set it is to set the prototype
 */
export function message<T extends object>(
  name: string,
  fields: readonly MessageField[],
): MessageCodec<T> {
  if (fields.some((field) => field.name === '__proto__')) {
    throw new TypeError(`message ${name} has a field named __proto__: it needs another name`);
  }
  const create = (init: Partial<T> = {}): T => {
    const given = init as Record<string, unknown>;
    return build((field) =>
      Object.hasOwn(given, field.name) ? given[field.name] : field.codec.zero(),
    );
  };
  const build = (valueOf: (field: MessageField) => unknown): T => {
    const value: Record<string, unknown> = {};
    for (const field of fields) value[field.name] = valueOf(field);
    return value as T;
  };
  return {
    name,
    bytesMin: Math.max(
      1,
      fields.reduce((sum, field) => sum + field.codec.bytesMin, 0),
    ),
    zero: () => create(),
    create,
    encode(writer, value) {
      const given = value as Record<string, unknown>;
      for (const field of fields) field.codec.encode(writer, given[field.name]);
    },
    decode: (reader) =>
      build((field) => (reader.more() ? field.codec.decode(reader) : field.codec.zero())),
  };
}
