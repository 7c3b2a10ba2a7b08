import { Buffer } from 'node:buffer';
import type { StructValue } from './struct-types';

// The letters of a struct format: what each reads and writes, by Buffer's own methods.

/** A letter with its count, in its place. */
export interface Field {
  readonly letter: string;
  readonly code: Code;
  readonly offset: number;
  /** Bytes of one value. */
  readonly size: number;
  readonly count: number;
}

export interface Code {
  /** Bytes, and in native mode the alignment; for s and p those of one byte of theirs. */
  readonly size: number;
  /** Write into room that is filled with zeros. */
  pack(buffer: Buffer, at: number, value: unknown, field: Field): void;
  unpack(buffer: Buffer, at: number, field: Field): StructValue;
}

type Codes = ReadonlyMap<string, Code>;
type End = 'BE' | 'LE';
type Sign = 'Int' | 'UInt';

// ---- integers ------------------------------------------------------------------------------

function integer(sign: Sign, size: 1 | 2 | 4, end: End): Code {
  const [min, max] = range(sign, size);
  return {
    size,
    pack(buffer, at, value, { letter }) {
      if (!isInteger(value)) throw wrongType(letter, 'an integer', value);
      if (value < min || value > max) throw outOfRange(letter, min, max, value);
      buffer[`write${sign}${end}` as const](value, at, size);
    },
    unpack: (buffer, at) => buffer[`read${sign}${end}` as const](at, size),
  };
}

function integer64(sign: Sign, end: End, [min, max] = range(sign, 8)): Code {
  return {
    size: 8,
    pack(buffer, at, value, { letter }) {
      if (typeof value !== 'bigint' && !isInteger(value)) {
        throw wrongType(letter, 'a bigint or an integer', value);
      }
      if (value < min || value > max) throw outOfRange(letter, min, max, value);
      if (typeof value === 'number' && !Number.isSafeInteger(value)) {
        throw new RangeError(`'${letter}' format requires a bigint beyond 2^53-1, got ${value}`);
      }
      const bits = sign === 'Int' ? BigInt(value) : BigInt.asUintN(64, BigInt(value));
      buffer[`writeBig${sign}64${end}` as const](bits, at);
    },
    unpack: (buffer, at) => buffer[`readBig${sign}64${end}` as const](at),
  };
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

function range(sign: Sign, bytes: number): [min: bigint, max: bigint] {
  const values = 1n << BigInt(bytes * 8);
  return sign === 'UInt' ? [0n, values - 1n] : [-values / 2n, values / 2n - 1n];
}

// ---- floats --------------------------------------------------------------------------------

const float64 = (end: End): Code => ({
  size: 8,
  pack(buffer, at, value, { letter }) {
    buffer[`writeDouble${end}` as const](asFloat(letter, value), at);
  },
  unpack: (buffer, at) => buffer[`readDouble${end}` as const](at),
});

/** @param bounded whether a number that is too large is refused, as Python does but in native mode */
const float32 = (end: End, bounded: boolean): Code => ({
  size: 4,
  pack(buffer, at, value, { letter }) {
    const float = asFloat(letter, value);
    if (bounded && Number.isFinite(float) && !Number.isFinite(Math.fround(float)))
      throw tooLarge(letter);
    buffer[`writeFloat${end}` as const](float, at);
  },
  unpack: (buffer, at) => buffer[`readFloat${end}` as const](at),
});

/** binary16: 1 bit of sign, 5 of exponent with a bias of 15, 10 of fraction. Buffer has none. */
const float16 = (end: End): Code => ({
  size: 2,
  pack(buffer, at, value, { letter }) {
    const float = asFloat(letter, value);
    const bits = halfBits(Math.abs(float));
    if (bits >= 0x7c00 && Number.isFinite(float)) throw tooLarge(letter);
    const negative = float < 0 || Object.is(float, -0);
    buffer[`writeUInt16${end}` as const](negative ? bits | 0x8000 : bits, at);
  },
  unpack(buffer, at) {
    const bits = buffer[`readUInt16${end}` as const](at);
    const magnitude = halfValue((bits >> 10) & 0x1f, bits & 0x3ff);
    return bits >> 15 === 1 ? -magnitude : magnitude;
  },
});

function halfBits(magnitude: number): number {
  if (Number.isNaN(magnitude)) return 0x7e00;
  if (magnitude >= 65_536) return 0x7c00;
  // Numbers below 2^-14 have no leading one, and all of them the step of 2^-14. Rounding up may
  // carry into the exponent, which then is the right one.
  const exponent = Math.max(exponentOf(magnitude), -14);
  return (exponent + 14) * 0x400 + roundHalfToEven(magnitude * 2 ** (10 - exponent));
}

function halfValue(exponent: number, fraction: number): number {
  if (exponent === 0) return fraction * 2 ** -24;
  if (exponent < 0x1f) return (0x400 + fraction) * 2 ** (exponent - 25);
  return fraction === 0 ? Infinity : NaN;
}

/** The power of two just below `float`, exactly: Math.log2() may round. */
function exponentOf(float: number): number {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(float);
  return ((bytes.readUInt16BE() >> 4) & 0x7ff) - 1_023;
}

function roundHalfToEven(float: number): number {
  const down = Math.floor(float);
  const rest = float - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}

function asFloat(letter: string, value: unknown): number {
  if (typeof value !== 'number') throw wrongType(letter, 'a number', value);
  return value;
}

// ---- bytes ---------------------------------------------------------------------------------

const boolean: Code = {
  size: 1,
  pack(buffer, at, value, { letter }) {
    if (typeof value !== 'boolean') throw wrongType(letter, 'a boolean', value);
    buffer.writeUInt8(value ? 1 : 0, at);
  },
  unpack: (buffer, at) => buffer.readUInt8(at) !== 0,
};

const character: Code = {
  size: 1,
  pack(buffer, at, value, { letter }) {
    const bytes = asBytes(letter, value);
    if (bytes.length !== 1) {
      throw new RangeError(`'${letter}' format requires one byte, got ${bytes.length}`);
    }
    buffer.set(bytes, at);
  },
  unpack: (buffer, at) => Buffer.from(buffer.subarray(at, at + 1)),
};

/** As long as the count says: cut, or filled with zeros, which unpacking leaves in place. */
const fixedBytes: Code = {
  size: 1,
  pack(buffer, at, value, { letter, size }) {
    buffer.set(asBytes(letter, value).subarray(0, size), at);
  },
  unpack: (buffer, at, { size }) => Buffer.from(buffer.subarray(at, at + size)),
};

/** The same with the length in the first byte: at most 255, and one less than the count. */
const pascalBytes: Code = {
  size: 1,
  pack(buffer, at, value, { letter, size }) {
    const bytes = asBytes(letter, value).subarray(0, Math.max(size - 1, 0));
    buffer.set(bytes, at + 1);
    if (size > 0) buffer.writeUInt8(Math.min(bytes.length, 255), at);
  },
  unpack(buffer, at, { size }) {
    const length = size === 0 ? 0 : Math.min(buffer.readUInt8(at), size - 1);
    return Buffer.from(buffer.subarray(at + 1, at + 1 + length));
  },
};

/** Never called: a pad byte has no value. */
const pad: Code = { size: 1, pack: () => undefined, unpack: () => 0 };

function asBytes(letter: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw wrongType(letter, 'a Uint8Array', value);
}

// ---- tables --------------------------------------------------------------------------------

function standardCodes(end: End): Codes {
  const [int32, uint32] = [integer('Int', 4, end), integer('UInt', 4, end)];
  return new Map<string, Code>([
    ['x', pad],
    ['c', character],
    ['s', fixedBytes],
    ['p', pascalBytes],
    ['?', boolean],
    ['b', integer('Int', 1, end)],
    ['B', integer('UInt', 1, end)],
    ['h', integer('Int', 2, end)],
    ['H', integer('UInt', 2, end)],
    ['i', int32],
    ['I', uint32],
    ['l', int32],
    ['L', uint32],
    ['q', integer64('Int', end)],
    ['Q', integer64('UInt', end)],
    ['e', float16(end)],
    ['f', float32(end, true)],
    ['d', float64(end)],
  ]);
}

export const BIG_ENDIAN = standardCodes('BE');
export const LITTLE_ENDIAN = standardCodes('LE');

const [long, unsignedLong] = [integer64('Int', 'LE'), integer64('UInt', 'LE')];
/** An address is unsigned, but Python packs a negative one too: (void *) -1. */
const pointer = integer64('UInt', 'LE', [range('Int', 8)[0], range('UInt', 8)[1]]);

/** C on x86-64 Linux: long, ssize_t, size_t and void* have 64 bits; a float overflows. */
export const NATIVE: Codes = new Map<string, Code>([
  ...LITTLE_ENDIAN,
  ['l', long],
  ['L', unsignedLong],
  ['n', long],
  ['N', unsignedLong],
  ['P', pointer],
  ['f', float32('LE', false)],
]);

// ---- errors --------------------------------------------------------------------------------

function wrongType(letter: string, wanted: string, value: unknown): TypeError {
  const got = typeof value === 'number' ? value : value === null ? 'null' : typeof value;
  return new TypeError(`'${letter}' format requires ${wanted}, got ${got}`);
}

function outOfRange(letter: string, min: bigint, max: bigint, value: number | bigint): RangeError {
  return new RangeError(`'${letter}' format requires ${min} <= number <= ${max}, got ${value}`);
}

function tooLarge(letter: string): RangeError {
  return new RangeError(`float too large to pack with ${letter} format`);
}
