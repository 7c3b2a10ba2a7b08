import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { hex } from './hex';
import type { BytesData, BytesSeen } from './model';

/** 251 is a prime: no fragment or buffer of a usual size begins where another does. */
const COUNTING_PERIOD = 251;
/** Longer bytes are told by their hash. */
const SHOWN_BYTES_MAX = 64;

/** The bytes that a case means. */
export function toBytes(data: BytesData): Buffer {
  if (typeof data === 'string') return hex(data);
  if ('zeros' in data) return Buffer.alloc(data.zeros);
  const bytes = Buffer.alloc(data.counting);
  for (let at = 0; at < bytes.length; at++) bytes[at] = at % COUNTING_PERIOD;
  return bytes;
}

/** Bytes as a client tells them in a result. */
export function describeBytes(bytes: Uint8Array): BytesSeen {
  if (bytes.length <= SHOWN_BYTES_MAX) return Buffer.from(bytes).toString('hex');
  return { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
