import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { RawFrame } from './raw-frames';

// Idempotency keys (docs/PROTOCOL.md §12) as scripts have them: made for a server, found in the
// CALLs of a client.

const KEY_BYTES = 16;
const TIME_BYTES = 6;
/** A client that runs beside us has our clock. */
const OFF_MS_MAX = 60_000;

/** A key that was made so long ago; a negative age: ahead of the clock. */
export function makeKey(ageMs: number): Buffer {
  const key = Buffer.alloc(KEY_BYTES);
  key.writeUIntBE(Date.now() - ageMs, 0, TIME_BYTES);
  randomBytes(KEY_BYTES - TIME_BYTES).copy(key, TIME_BYTES);
  return key;
}

/** The keys that a client has sent, by the names that a script has given them. */
export class SeenKeys {
  private readonly calls = new Map<string, { readonly key: Buffer; readonly message: Buffer }>();

  /** What is wrong with the key of a CALL, or with its message, in words. */
  check(name: string, key: Buffer | undefined, { payload }: RawFrame): string[] {
    if (key?.length !== KEY_BYTES) return ['a key of 16 bytes was expected (option 2)'];
    const message = payload.subarray(6 + payload.readUInt16BE(4));
    const known = this.calls.get(name);
    if (known === undefined) {
      const problems = [...this.notNew(key), ...notNow(key)];
      this.calls.set(name, { key, message });
      return problems;
    }
    return [
      ...(known.key.equals(key) ? [] : ['the same key as before was expected']),
      ...(known.message.equals(message) ? [] : ['the same message as before was expected']),
    ];
  }

  private notNew(key: Buffer): string[] {
    const isUsed = [...this.calls.values()].some((call) => call.key.equals(key));
    return isUsed ? ['a new key was expected, not one that was used before'] : [];
  }
}

function notNow(key: Buffer): string[] {
  const timeMs = key.readUIntBE(0, TIME_BYTES);
  if (Math.abs(Date.now() - timeMs) <= OFF_MS_MAX) return [];
  return [`a key of this minute was expected, not of Unix time ${timeMs} ms`];
}
