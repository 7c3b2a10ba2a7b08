import { Buffer } from 'node:buffer';

/**
 * Run a parser's case in every way in which a stream may deliver `bytes`: whole, byte by byte, and
 * in two pieces with the cut at every place. Each chunk is a copy of its own. An error says which
 * delivery it was.
 */
export function everySplit(bytes: Uint8Array, run: (chunks: Buffer[]) => void): void {
  deliver('whole', [bytes], run);
  const single = Array.from(bytes, (byte) => Buffer.of(byte));
  deliver('byte by byte', single, run);
  for (let at = 1; at < bytes.length; at++) {
    deliver(`cut at ${at}`, [bytes.subarray(0, at), bytes.subarray(at)], run);
  }
}

function deliver(name: string, chunks: Uint8Array[], run: (chunks: Buffer[]) => void): void {
  try {
    run(chunks.map((chunk) => Buffer.from(chunk)));
  } catch (error) {
    if (error instanceof Error) error.message = `${name}: ${error.message}`;
    throw error;
  }
}
