import { Buffer } from 'node:buffer';
import type { HostilePeer } from '../../support/hostile-peer';

const CHUNK_BYTES = 1_048_576;

/** Send very much, as fast as it is taken; ends early when the other end is gone. */
export async function pour(peer: HostilePeer, bytes: Buffer): Promise<void> {
  const { socket } = peer;
  for (let at = 0; at < bytes.length && socket.writable; at += CHUNK_BYTES) {
    await new Promise<void>((resolve) => {
      socket.write(bytes.subarray(at, at + CHUNK_BYTES), () => resolve());
    });
  }
}

/** So many frames, of which only the stream differs: 1, 3, 5 and so on. */
export function onStreams(count: number, frames: readonly Buffer[], first = 1): Buffer {
  const one = Buffer.concat([...frames]);
  const all = Buffer.alloc(one.length * count);
  for (let index = 0; index < count; index++) {
    let at = index * one.length;
    one.copy(all, at);
    for (const frame of frames) {
      all.writeUInt32BE(first + 2 * index, at + 4);
      at += frame.length;
    }
  }
  return all;
}

/** The same bytes again and again. */
export function repeat(count: number, bytes: Buffer): Buffer {
  const all = Buffer.alloc(bytes.length * count);
  for (let at = 0; at < all.length; at += bytes.length) bytes.copy(all, at);
  return all;
}
