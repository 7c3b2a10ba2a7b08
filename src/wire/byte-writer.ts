import { Buffer } from 'node:buffer';
import { MESSAGE_DEPTH_MAX } from './limits';
import { takeBuffer } from './long-buffers';

const FIRST_BYTES = 256;
/** Room in the buffer that takes the place of one that was handed over. */
const FRESH_BYTES = 16_384;
/** Up to here a loop over the characters is faster than a call into the runtime. */
const SHORT_STRING_CHARS = 24;
/** Up to here room is made for the worst case, 3 bytes a character, instead of counting first. */
const GUESSED_STRING_CHARS = 4_096;

/**
 * A cursor over a buffer that grows: the mirror of ByteReader, method for method. Everything is
 * big-endian. A value that its type cannot hold is a RangeError or TypeError: a mistake of the
 * program's own, never the peer's.
 *
 * The integers are written by shifts and not by Buffer.writeUInt32BE and kin, as in ByteReader:
 * 2.5 ns for a u32 instead of 5 to 9.
 */
export class ByteWriter {
  buffer: Buffer;
  offset = 0;
  private depth = 1;

  constructor(buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)) {
    this.buffer = buffer;
  }

  /** What has been written, not copied. */
  written(): Buffer {
    return this.buffer.subarray(0, this.offset);
  }

  /** Go back to `offset` and forget what was written after it, also in the middle of a message. */
  rewind(offset: number): void {
    this.offset = offset;
    this.depth = 1;
  }

  /**
   * Hand the buffer over to who asks, and go on in another, which begins with what was written
   * before `keep`.
   */
  handOver(keep: number): Buffer {
    const given = this.buffer;
    this.buffer = Buffer.allocUnsafeSlow(Math.max(FRESH_BYTES, keep * 2));
    given.copy(this.buffer, 0, 0, keep);
    this.rewind(keep);
    return given;
  }

  /** Make room for `length` bytes and move past them; returns where they begin. */
  reserve(length: number): number {
    const at = this.offset;
    if (at + length > this.buffer.length) this.grow(at + length);
    this.offset = at + length;
    return at;
  }

  u8(value: number): void {
    if (typeof value !== 'number' || value >>> 0 !== value || value > 0xff) {
      throw outOfRange('u8', 'number', value);
    }
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  u16(value: number): void {
    if (typeof value !== 'number' || value >>> 0 !== value || value > 0xffff) {
      throw outOfRange('u16', 'number', value);
    }
    const at = this.reserve(2);
    const bytes = this.buffer;
    bytes[at] = value >>> 8;
    bytes[at + 1] = value;
  }

  i32(value: number): void {
    if (typeof value !== 'number' || (value | 0) !== value) {
      throw outOfRange('int32', 'number', value);
    }
    this.put32(this.reserve(4), value);
  }

  u32(value: number): void {
    if (typeof value !== 'number' || value >>> 0 !== value) {
      throw outOfRange('uint32', 'number', value);
    }
    this.put32(this.reserve(4), value);
  }

  i64(value: bigint): void {
    if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) {
      throw outOfRange('int64', 'bigint', value);
    }
    const at = this.reserve(8);
    this.buffer.writeBigInt64BE(value, at);
  }

  u64(value: bigint): void {
    if (typeof value !== 'bigint' || BigInt.asUintN(64, value) !== value) {
      throw outOfRange('uint64', 'bigint', value);
    }
    const at = this.reserve(8);
    this.buffer.writeBigUInt64BE(value, at);
  }

  /** An int64 from a number that must be a safe integer. */
  i64Number(value: number): void {
    if (!Number.isSafeInteger(value)) throw outOfRange('int64 in a number', 'number', value);
    this.put64(value);
  }

  /** A uint64 from a number that must be a safe integer, not negative. */
  u64Number(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw outOfRange('uint64 in a number', 'number', value);
    }
    this.put64(value);
  }

  f32(value: number): void {
    if (typeof value !== 'number') throw wrongType('float', value);
    // Infinity itself is a float; a number that would become it is out of range.
    if (Math.abs(Math.fround(value)) === Infinity && Number.isFinite(value)) {
      throw outOfRange('float', 'number', value);
    }
    const at = this.reserve(4);
    this.buffer.writeFloatBE(value, at);
  }

  f64(value: number): void {
    if (typeof value !== 'number') throw wrongType('double', value);
    const at = this.reserve(8);
    this.buffer.writeDoubleBE(value, at);
  }

  bool(value: boolean): void {
    if (typeof value !== 'boolean') throw wrongType('bool', value);
    const at = this.reserve(1);
    this.buffer[at] = value ? 1 : 0;
  }

  /** The byte before an optional field; returns its argument, so that it reads as a condition. */
  present(isPresent: boolean): boolean {
    const at = this.reserve(1);
    this.buffer[at] = isPresent ? 1 : 0;
    return isPresent;
  }

  /** u32 length and UTF-8. @throws RangeError for a lone surrogate, which has no UTF-8. */
  string(value: string): void {
    if (typeof value !== 'string') throw wrongType('string', value);
    const length = value.length;
    if (length <= SHORT_STRING_CHARS && this.shortAscii(value, length)) return;
    if (/\p{Surrogate}/u.test(value)) {
      throw new RangeError('a string with half of a surrogate pair cannot be sent');
    }
    const room = length <= GUESSED_STRING_CHARS ? length * 3 : Buffer.byteLength(value);
    const at = this.reserve(4 + room);
    const size = this.buffer.write(value, at + 4, 'utf8');
    this.put32(at, size);
    this.offset = at + 4 + size;
  }

  /** u32 length and the bytes. */
  bytes(value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) throw wrongType('bytes', value);
    this.u32(value.length);
    this.raw(value);
  }

  /** The bytes alone. */
  raw(value: Uint8Array): void {
    const at = this.reserve(value.length);
    this.buffer.set(value, at);
  }

  /** u32 count of the elements that follow. */
  count(count: number): void {
    this.u32(count);
  }

  /** Begin a nested message, or the value of a oneof. Returns what leave() wants. */
  enter(): number {
    if (++this.depth > MESSAGE_DEPTH_MAX) {
      throw new RangeError(`messages nest deeper than ${MESSAGE_DEPTH_MAX}`);
    }
    return this.reserve(4);
  }

  /** End the nested message: its u32 length is known now. */
  leave(mark: number): void {
    this.put32(mark, this.offset - mark - 4);
    this.depth--;
  }

  private put32(at: number, value: number): void {
    const bytes = this.buffer;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }

  private put64(value: number): void {
    const at = this.reserve(8);
    this.put32(at, Math.floor(value / 0x1_0000_0000) | 0);
    this.put32(at + 4, value | 0);
  }

  /** Write `value` if it is ASCII; a name, a wallet, a key nearly always is. */
  private shortAscii(value: string, length: number): boolean {
    const at = this.reserve(4 + length);
    const bytes = this.buffer;
    for (let i = 0; i < length; i++) {
      const char = value.charCodeAt(i);
      if (char > 0x7f) {
        this.offset = at;
        return false;
      }
      bytes[at + 4 + i] = char;
    }
    this.put32(at, length);
    return true;
  }

  private grow(needed: number): void {
    const larger = takeBuffer(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.offset);
    this.buffer = larger;
  }
}

function outOfRange(type: string, wanted: 'number' | 'bigint', value: unknown): Error {
  if (typeof value !== wanted) return wrongType(type, value);
  return new RangeError(`${String(value)} is not a value of ${type}`);
}

function wrongType(type: string, value: unknown): TypeError {
  const got = value === null ? 'null' : typeof value;
  return new TypeError(`${type} wanted, got ${got}`);
}
