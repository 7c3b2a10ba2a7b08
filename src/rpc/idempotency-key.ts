import { Buffer } from 'node:buffer';
import type { Environment } from './environment';
import { crypto } from './lazy-node';

/** docs/PROTOCOL.md §12: u48 Unix milliseconds, then 80 random bits. */
export const KEY_BYTES = 16;
const TIME_BYTES = 6;

/** A key for a new call. An application that wants to repeat a call after its own restart keeps it. */
export function makeIdempotencyKey(
  environment: Pick<Environment, 'wallClock' | 'randomBytes'>,
): Uint8Array {
  // So few bytes lie in the object itself; a Buffer has memory of its own, at twice the price.
  const key = new Uint8Array(KEY_BYTES);
  writeTime(key, Math.floor(environment.wallClock()));
  key.set(environment.randomBytes(KEY_BYTES - TIME_BYTES), TIME_BYTES);
  return key;
}

/** Unix milliseconds at which the key was made. By hand: 3 ns, and 100 through a Buffer. */
export function timeOfKey(key: Uint8Array): number {
  const high = ((key[0] as number) << 8) | (key[1] as number);
  const low =
    ((key[2] as number) << 24) |
    ((key[3] as number) << 16) |
    ((key[4] as number) << 8) |
    (key[5] as number);
  return high * 0x1_0000_0000 + (low >>> 0);
}

function writeTime(key: Uint8Array, timeMs: number): void {
  const high = Math.floor(timeMs / 0x1_0000_0000);
  key[0] = high >>> 8;
  key[1] = high;
  key[2] = timeMs >>> 24;
  key[3] = timeMs >>> 16;
  key[4] = timeMs >>> 8;
  key[5] = timeMs;
}

/**
 * The key of a keyed call made inside the handler of another: the same each time the handler runs,
 * so that a handler which runs again makes the same calls.
 * @param count how many calls of that method the handler has made before
 */
export function deriveKey(
  parent: Uint8Array,
  service: number,
  method: number,
  count: number,
): Uint8Array {
  const place = Buffer.allocUnsafe(8);
  place.writeUInt16BE(service, 0);
  place.writeUInt16BE(method, 2);
  place.writeUInt32BE(count, 4);
  const hash = crypto().createHash('sha256').update(parent).update(place).digest();
  const key = Buffer.allocUnsafeSlow(KEY_BYTES);
  key.set(parent.subarray(0, TIME_BYTES), 0);
  key.set(hash.subarray(0, KEY_BYTES - TIME_BYTES), TIME_BYTES);
  return key;
}

/** The keys that one run of a keyed handler gives to its own keyed calls. */
export class DerivedKeys {
  private readonly counts = new Map<number, number>();

  constructor(private readonly parent: Uint8Array) {}

  next(service: number, method: number): Uint8Array {
    const place = service * 0x1_0000 + method;
    const count = this.counts.get(place) ?? 0;
    this.counts.set(place, count + 1);
    return deriveKey(this.parent, service, method, count);
  }
}
