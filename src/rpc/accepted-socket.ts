import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';

/** What node:net keeps of the option `onread`, by the names of its symbols. */
const KEPT = ['kBuffer', 'kBufferCb', 'kBufferGen'] as const;

interface Inside {
  [symbol: symbol]: unknown;
  readonly _handle?: { useUserBuffer?(buffer: Uint8Array): void } | null;
}

/**
 * Let an accepted socket read into `buffer`, as `onread` does for a socket that dials and for no
 * other: by events each chunk is 64 KiB of fresh memory. It is 7 % of the server's time for one call
 * at a time, and 11 % for a 1 MiB echo (docs/decisions/0011).
 * @param onBytes called with the socket as `this`
 * @returns false where this Node has no such thing inside: chunks come by events then
 */
export function readInto(
  socket: Socket,
  buffer: Buffer,
  onBytes: (this: Socket, length: number, bytes: Buffer) => void,
): boolean {
  const inside = socket as unknown as Inside;
  const symbols = Object.getOwnPropertySymbols(socket);
  const [kBuffer, kBufferCb, kBufferGen] = KEPT.map((name) =>
    symbols.find(({ description }) => description === name),
  );
  const handle = inside._handle;
  if (kBuffer === undefined || kBufferCb === undefined || kBufferGen === undefined) return false;
  if (typeof handle?.useUserBuffer !== 'function' || inside[kBuffer] !== null) return false;
  inside[kBuffer] = buffer;
  inside[kBufferCb] = onBytes;
  handle.useUserBuffer(buffer);
  return true;
}
