import { Buffer } from 'node:buffer';
import { wrong } from './json-error';

// Scalars by the rules of proto3's JSON: integers of 64 bits are strings, bytes are base64; both
// strings and numbers are taken for numbers.

const DECIMAL = /^-?(?:0|[1-9]\d*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const NOT_FINITE: ReadonlyMap<unknown, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);
const FLOAT_DIGITS_MIN = 6;
const FLOAT_DIGITS_MAX = 9;

interface Range {
  readonly bits: 32 | 64;
  readonly min: bigint;
  readonly max: bigint;
}

const signed = (bits: 32 | 64): Range => ({
  bits,
  min: -(2n ** BigInt(bits - 1)),
  max: 2n ** BigInt(bits - 1) - 1n,
});
const unsigned = (bits: 32 | 64): Range => ({ bits, min: 0n, max: 2n ** BigInt(bits) - 1n });

const RANGES: ReadonlyMap<string, Range> = new Map([
  ...['int32', 'sint32', 'sfixed32'].map((type) => [type, signed(32)] as const),
  ...['uint32', 'fixed32'].map((type) => [type, unsigned(32)] as const),
  ...['int64', 'sint64', 'sfixed64'].map((type) => [type, signed(64)] as const),
  ...['uint64', 'fixed64'].map((type) => [type, unsigned(64)] as const),
]);

/** @throws JsonError for what is no value of the type */
export function scalarFromJson(type: string, json: unknown, path: string): unknown {
  switch (type) {
    case 'string':
      if (typeof json !== 'string') throw wrong(path, 'a string', json);
      return json;
    case 'bool':
      if (typeof json !== 'boolean') throw wrong(path, 'true or false', json);
      return json;
    case 'bytes':
      return bytesFromJson(json, path);
    case 'float':
    case 'double':
      return floatFromJson(type, json, path);
    default:
      return integerFromJson(type, json, path);
  }
}

/** @throws JsonError for a key that is none of its type */
export function keyFromJson(type: string, key: string, path: string): unknown {
  if (type === 'string') return key;
  if (type !== 'bool') return integerFromJson(type, key, path);
  if (key !== 'true' && key !== 'false') throw wrong(path, 'the key "true" or "false"', key);
  return key === 'true';
}

export function scalarToJson(type: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  }
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) return String(value);
  return type === 'float' ? shortestFloat(value) : value;
}

function integerFromJson(type: string, json: unknown, path: string): number | bigint {
  const range = RANGES.get(type);
  if (range === undefined) throw wrong(path, type, json);
  const value = integerOf(json);
  if (value === undefined) throw wrong(path, `a whole number (${type})`, json);
  if (typeof json === 'number' && !Number.isSafeInteger(json) && range.bits === 64) {
    // JSON.parse has rounded it already.
    throw wrong(path, 'a number of that length in quotes', json);
  }
  if (value < range.min || value > range.max) {
    throw wrong(path, `a whole number from ${range.min} to ${range.max}`, json);
  }
  return range.bits === 64 ? value : Number(value);
}

function integerOf(json: unknown): bigint | undefined {
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : undefined;
  if (typeof json !== 'string') return undefined;
  if (DECIMAL.test(json)) return BigInt(json);
  // `1.0` and `1e3` are whole numbers too.
  return NUMBER.test(json) && Number.isSafeInteger(Number(json)) ? BigInt(Number(json)) : undefined;
}

function floatFromJson(type: string, json: unknown, path: string): number {
  const special = NOT_FINITE.get(json);
  if (special !== undefined) return special;
  const isText = typeof json === 'string' && NUMBER.test(json);
  if (typeof json !== 'number' && !isText) throw wrong(path, `a number (${type})`, json);
  const value = Number(json);
  const held = type === 'float' ? Math.fround(value) : value;
  if (!Number.isFinite(held)) throw wrong(path, `a number that ${type} holds`, json);
  return held;
}

function bytesFromJson(json: unknown, path: string): Uint8Array {
  const isBase64 = typeof json === 'string' && BASE64.test(json) && !isCut(json);
  if (!isBase64) throw wrong(path, 'bytes in base64', json);
  // Node takes both alphabets, with padding and without.
  return Uint8Array.from(Buffer.from(json, 'base64'));
}

/** One character more than whole bytes is no base64. */
function isCut(text: string): boolean {
  return text.replace(/=+$/, '').length % 4 === 1;
}

/** 0.1 instead of 0.10000000149011612, where both are the same float. */
function shortestFloat(value: number): number {
  if (Number.isInteger(value)) return value;
  for (let digits = FLOAT_DIGITS_MIN; digits < FLOAT_DIGITS_MAX; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
