import { crypto } from '../lazy-node';

const KEY_WORDS = 8;

/**
 * A number for a keyed call, by factors that nobody else knows: who makes keys cannot make them fall
 * into one place (multilinear hashing; the upper bits are as good as drawn).
 */
export class KeyHash {
  /** Drawn for the first call: until then nobody needs node:crypto. */
  private factors: Int32Array | undefined;

  /** Its upper bits are for a place in a table. */
  of(key: Uint8Array, service: number, method: number): number {
    const factors = (this.factors ??= crypto().randomFillSync(new Int32Array(KEY_WORDS + 2)));
    let sum =
      Math.imul(factors[KEY_WORDS] as number, service) +
      Math.imul(factors[KEY_WORDS + 1] as number, method);
    for (let i = 0; i < KEY_WORDS; i++) {
      const word = ((key[2 * i] as number) << 8) | (key[2 * i + 1] as number);
      sum = (sum + Math.imul(factors[i] as number, word)) | 0;
    }
    return sum | 0;
  }
}
