import { crypto } from '../lazy-node';

/** Up to so many bytes an argument is kept as it is; the hash of more is no longer than that. */
export const ARGUMENT_BYTES_MAX = 48;
const HASH_BYTES = 32;

/**
 * What a keyed call asks for, to tell a repeat from another call. A short one is kept as it is, and
 * hashed only for who wants the hash: 50 ns instead of 1 100 (docs/decisions/0011).
 */
export class Argument {
  private constructor(
    /** The message's bytes, or their SHA-256. */
    readonly bytes: Uint8Array,
    readonly isHash: boolean,
  ) {}

  /** Of a message's bytes, which are not kept. */
  static of(buffer: Uint8Array, start: number, end: number): Argument {
    const length = end - start;
    if (length > ARGUMENT_BYTES_MAX) return new Argument(sha256(buffer.subarray(start, end)), true);
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = buffer[start + i] as number;
    return new Argument(bytes, false);
  }

  /** Of a message of which only that is known. */
  static ofHash(argumentHash: Uint8Array): Argument {
    return new Argument(argumentHash, true);
  }

  get hash(): Uint8Array {
    return this.isHash ? this.bytes : sha256(this.bytes);
  }

  /** One of which only the hash is known may be short. */
  equals(other: Argument): boolean {
    if (this.isHash === other.isHash) return areEqual(this.bytes, other.bytes);
    return areEqual(this.hash, other.hash);
  }
}

/** Of a few bytes. */
export function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  const { length } = one;
  if (length !== other.length) return false;
  for (let i = 0; i < length; i++) if (one[i] !== other[i]) return false;
  return true;
}

/** As text and back: a hash as a Buffer costs 1 100 ns, and so 400. */
function sha256(bytes: Uint8Array): Uint8Array {
  const text = crypto().hash('sha256', bytes, 'binary');
  const found = new Uint8Array(HASH_BYTES);
  for (let i = 0; i < HASH_BYTES; i++) found[i] = text.charCodeAt(i);
  return found;
}
