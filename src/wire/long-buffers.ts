import { Buffer } from 'node:buffer';

/** Shorter ones cost less to make than to keep. */
const LONG_BYTES_MIN = 65_536;
/** Of all that are kept, for the whole process. */
const KEPT_BYTES_MAX = 8_388_608;
/** A buffer is not used for what is shorter than this part of it. */
const USED_PART_MIN = 1 / 4;

const kept: Buffer[] = [];
let keptBytes = 0;

/**
 * A buffer of at least that length, with anything in it. Long messages are written into buffers
 * that are used again: new ones are paid for three times, by page faults, by the collector, which a
 * lot of memory outside its heap makes run sooner, and by the processor's cache: 7 % of a 1 MiB echo (docs/decisions/0011).
 */
export function takeBuffer(bytesMin: number): Buffer {
  if (bytesMin < LONG_BYTES_MIN) return Buffer.allocUnsafeSlow(bytesMin);
  const at = kept.findIndex(
    ({ length }) => length >= bytesMin && length * USED_PART_MIN <= bytesMin,
  );
  const [found] = at < 0 ? [] : kept.splice(at, 1);
  if (found === undefined) {
    return Buffer.allocUnsafeSlow(Math.ceil(bytesMin / LONG_BYTES_MIN) * LONG_BYTES_MIN);
  }
  keptBytes -= found.length;
  return found;
}

/** Nobody reads or writes this buffer any more. */
export function giveBuffer(buffer: Buffer): void {
  if (buffer.length < LONG_BYTES_MIN || keptBytes + buffer.length > KEPT_BYTES_MAX) return;
  keptBytes += buffer.length;
  kept.push(buffer);
}
