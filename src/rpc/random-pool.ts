import { crypto } from './lazy-node';

/** Asked of the system at a time. */
const POOL_BYTES = 4_096;

/**
 * Random bytes of the system's generator, many at a time: ten bytes for a key cost 60 ns instead of
 * the 3 µs of randomBytes() (docs/decisions/0011). None is given twice.
 */
export class RandomPool {
  private bytes = new Uint8Array(POOL_BYTES);
  private used = POOL_BYTES;

  /** @param fill gives the bytes; given from outside in tests */
  constructor(private readonly fill = fillFromSystem) {}

  /** The caller's own. */
  take(size: number): Uint8Array {
    if (size > POOL_BYTES) {
      const own = new Uint8Array(size);
      this.fill(own);
      return own;
    }
    if (this.used + size > POOL_BYTES) {
      this.fill(this.bytes);
      this.used = 0;
    }
    const taken = new Uint8Array(size);
    for (let i = 0; i < size; i++) taken[i] = this.bytes[this.used + i] as number;
    this.used += size;
    return taken;
  }
}

function fillFromSystem(bytes: Uint8Array): void {
  crypto().randomFillSync(bytes);
}
