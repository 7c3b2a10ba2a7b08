import { Buffer } from 'node:buffer';
import { BIG_ENDIAN, LITTLE_ENDIAN, NATIVE, type Field } from './struct-codes';
import type { Packable, StructValue, Unpacked } from './struct-types';

export type { Packable, StructValue, Unpacked } from './struct-types';

// Python's `struct` module: struct('!IIBBHHH') is the header of a frame in seven letters. This is
// the classic, readable face of the wire, made of Buffer's own readers and writers; what runs for
// every frame is written out in header.ts, and the specs hold one against the other.
//
//   first letter   > ! big-endian · < = little-endian: standard sizes, no alignment
//                  @ or none: little-endian with the sizes and the alignment of C on x86-64 Linux
//   then letters   x pad · c one byte · b B 8 bits · ? bool · h H 16 · i I 32 · l L 32 (native 64)
//                  q Q 64 · n N P 64 (native only) · e f d floats · s bytes · p Pascal bytes
//   a count        before a letter repeats it; before s and p it is their length in bytes
//
// Stricter than Python in three places: `?` packs a boolean only, an integer is never a boolean,
// and a float is never a bigint.

/**
 * A compiled format. A value of the wrong type, or the wrong number of them, is a TypeError; a
 * value out of range, or a buffer of the wrong size, is a RangeError.
 */
export interface Struct<F extends string = string> {
  readonly format: F;
  /** Bytes of one packed struct. */
  readonly size: number;
  pack(...values: Packable<F>): Buffer;
  /** All or nothing. A negative offset counts from the end, here and in unpackFrom(). */
  packInto(buffer: Uint8Array, offset: number, ...values: Packable<F>): void;
  /** The buffer must have exactly `size` bytes. */
  unpack(buffer: Uint8Array): Unpacked<F>;
  /** The buffer must have `size` bytes from `offset` on, and may have more. */
  unpackFrom(buffer: Uint8Array, offset?: number): Unpacked<F>;
  /** One struct after the other; the end of the buffer must be the end of a struct. */
  iterUnpack(buffer: Uint8Array): IterableIterator<Unpacked<F>>;
}

const CACHED_FORMATS_MAX = 100;
const cache = new Map<string, CompiledStruct>();

/** Compile a format, once. @throws RangeError for a format that Python refuses */
export function struct<F extends string>(format: F): Struct<F> {
  let compiled = cache.get(format);
  if (compiled === undefined) {
    compiled = new CompiledStruct(format);
    if (cache.size >= CACHED_FORMATS_MAX) cache.clear();
    cache.set(format, compiled);
  }
  // The compiler finds the types in the format as parse() finds the fields; the spec compares.
  return compiled as unknown as Struct<F>;
}

class CompiledStruct {
  readonly size: number;
  private readonly fields: readonly Field[];
  private readonly valueCount: number;

  constructor(readonly format: string) {
    this.fields = parse(format);
    const last = this.fields.at(-1);
    this.size = last === undefined ? 0 : last.offset + last.size * last.count;
    this.valueCount = this.fields.reduce((sum, field) => sum + valuesOf(field), 0);
  }

  pack(...values: unknown[]): Buffer {
    if (values.length !== this.valueCount) {
      throw new TypeError(
        `pack expected ${this.valueCount} values for '${this.format}', got ${values.length}`,
      );
    }
    const buffer = Buffer.alloc(this.size);
    let next = 0;
    for (const field of this.fields) {
      for (let i = 0; i < valuesOf(field); i++) {
        field.code.pack(buffer, field.offset + i * field.size, values[next++], field);
      }
    }
    return buffer;
  }

  packInto(buffer: Uint8Array, offset: number, ...values: unknown[]): void {
    const at = this.place('packInto', asBuffer('packInto', buffer), offset);
    buffer.set(this.pack(...values), at);
  }

  unpack(bytes: Uint8Array): StructValue[] {
    const buffer = asBuffer('unpack', bytes);
    if (buffer.length !== this.size) {
      throw new RangeError(`unpack requires a buffer of ${this.size} bytes, got ${buffer.length}`);
    }
    return this.unpackAt(buffer, 0);
  }

  unpackFrom(bytes: Uint8Array, offset = 0): StructValue[] {
    const buffer = asBuffer('unpackFrom', bytes);
    return this.unpackAt(buffer, this.place('unpackFrom', buffer, offset));
  }

  iterUnpack(bytes: Uint8Array): IterableIterator<StructValue[]> {
    const buffer = asBuffer('iterUnpack', bytes);
    if (this.size === 0) throw new RangeError('iterUnpack requires a struct of 1 byte or more');
    if (buffer.length % this.size !== 0) {
      throw new RangeError(
        `iterUnpack requires a buffer of a multiple of ${this.size} bytes, got ${buffer.length}`,
      );
    }
    return this.unpackEach(buffer);
  }

  private *unpackEach(buffer: Buffer): Generator<StructValue[]> {
    for (let at = 0; at < buffer.length; at += this.size) yield this.unpackAt(buffer, at);
  }

  private unpackAt(buffer: Buffer, start: number): StructValue[] {
    const values: StructValue[] = [];
    for (const field of this.fields) {
      for (let i = 0; i < valuesOf(field); i++) {
        values.push(field.code.unpack(buffer, start + field.offset + i * field.size, field));
      }
    }
    return values;
  }

  /** Where `offset` is in the buffer, if there is room for the struct from there on. */
  private place(method: string, { length }: Buffer, offset: number): number {
    if (!Number.isInteger(offset)) throw new TypeError(`offset ${offset} is not an integer`);
    const at = offset < 0 ? offset + length : offset;
    if (at < 0 || at + this.size > length) {
      throw new RangeError(
        `${method} requires ${this.size} bytes at offset ${offset} of a buffer of ${length} bytes`,
      );
    }
    return at;
  }
}

function asBuffer(method: string, bytes: Uint8Array): Buffer {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`${method} requires a Uint8Array`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** How many values a field has: a pad byte has none, and s and p have one of many bytes. */
function valuesOf({ letter, count }: Field): number {
  return letter === 'x' ? 0 : count;
}

function parse(format: string): Field[] {
  const codes = codesOf(format);
  const first = /^[@=<>!]/.test(format) ? 1 : 0;
  const fields: Field[] = [];
  let end = 0;
  for (const match of format.slice(first).matchAll(/[ \t\n\v\f\r]+|(\d*)(\D?)/gu)) {
    const [, digits = '', letter = ''] = match;
    if (letter === '') {
      if (digits === '') continue;
      throw new RangeError(`repeat count ${digits} without a letter after it in struct format`);
    }
    const code = codes.get(letter);
    if (code === undefined) {
      const position = first + match.index + digits.length;
      throw new RangeError(`bad char '${letter}' in struct format at position ${position}`);
    }
    const number = digits === '' ? 1 : Number(digits);
    const [size, count] = letter === 's' || letter === 'p' ? [number, 1] : [code.size, number];
    const offset = codes === NATIVE ? Math.ceil(end / code.size) * code.size : end;
    end = offset + size * count;
    if (end > Number.MAX_SAFE_INTEGER) throw new RangeError('struct of more than 2^53-1 bytes');
    fields.push({ letter, code, offset, size, count });
  }
  return fields;
}

function codesOf(format: string): typeof NATIVE {
  switch (format.charAt(0)) {
    case '!':
    case '>':
      return BIG_ENDIAN;
    case '<':
    case '=':
      return LITTLE_ENDIAN;
    default:
      return NATIVE;
  }
}
