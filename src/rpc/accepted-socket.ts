import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';

/** Where node:net keeps what its option `onread` says: by these symbols. */
interface Symbols {
  readonly kBuffer: symbol;
  readonly kBufferCb: symbol;
}

/** Those of this Node: the same for all sockets. */
let known: Symbols | undefined;

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
  const handle = inside._handle;
  known ??= findSymbols(socket);
  if (known === undefined || inside[known.kBuffer] !== null) return false;
  if (typeof handle?.useUserBuffer !== 'function') return false;
  inside[known.kBuffer] = buffer;
  inside[known.kBufferCb] = onBytes;
  handle.useUserBuffer(buffer);
  return true;
}

function findSymbols(socket: Socket): Symbols | undefined {
  const symbols = Object.getOwnPropertySymbols(socket);
  const find = (name: string) => symbols.find(({ description }) => description === name);
  const [kBuffer, kBufferCb] = [find('kBuffer'), find('kBufferCb')];
  // Without the third a Node would not know of buffers that are given.
  if (kBuffer === undefined || kBufferCb === undefined || find('kBufferGen') === undefined) {
    return undefined;
  }
  return { kBuffer, kBufferCb };
}
