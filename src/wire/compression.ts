import { Buffer } from 'node:buffer';
import type * as zlib from 'node:zlib';
import { ProtocolError } from './protocol-error';

/** u32 in front of the DEFLATE stream: the message's length when inflated. */
const LENGTH_BYTES = 4;
/** DEFLATE makes of a byte at most so many; what declares more gets no room for it. */
const INFLATED_FACTOR_MAX = 1_032;
/** zlib takes no shorter chunks. */
const CHUNK_BYTES_MIN = 64;

/** Who compresses nothing does not pay for loading it: a hundredth of what a program takes to start. */
const loadZlib = (): typeof zlib => process.getBuiltinModule('node:zlib');

/**
 * A compressed message: u32 length, then raw DEFLATE (RFC 1951). Nothing is remembered from one
 * message to the next. docs/PROTOCOL.md §7.
 * @returns undefined when it would not be shorter
 */
export function deflateMessage(message: Buffer): Buffer | undefined {
  const deflated = loadZlib().deflateRawSync(message);
  if (LENGTH_BYTES + deflated.length >= message.length) return undefined;
  const compressed = Buffer.allocUnsafeSlow(LENGTH_BYTES + deflated.length);
  compressed.writeUInt32BE(message.length, 0);
  deflated.copy(compressed, LENGTH_BYTES);
  return compressed;
}

/**
 * The message in a compressed one. Nothing is inflated that declares itself too long, and nothing
 * beyond what it declares.
 * @throws ProtocolError MESSAGE_TOO_LONG, COMPRESSION_INVALID
 */
export function inflateMessage(
  bytes: Buffer,
  start: number,
  end: number,
  messageBytesMax: number,
): Buffer {
  if (end - start < LENGTH_BYTES) invalid('has no length');
  const length = bytes.readUInt32BE(start);
  if (length > messageBytesMax) {
    throw new ProtocolError(
      'MESSAGE_TOO_LONG',
      `a message of ${length} bytes when inflated; at most ${messageBytesMax} are taken`,
    );
  }
  const deflated = bytes.subarray(start + LENGTH_BYTES, end);
  const { buffer, consumed } = inflate(deflated, length);
  if (buffer.length !== length) invalid(`has ${buffer.length} bytes instead of ${length}`);
  if (consumed !== deflated.length) invalid('goes on behind its end');
  return buffer;
}

/** What zlib gives with `info`, which its types do not know. */
interface InflateResult {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function inflate(deflated: Buffer, length: number): { buffer: Buffer; consumed: number } {
  try {
    // In one piece, as zlib would put its chunks together by a second copy: 16 % for 1 MiB. A byte
    // more, or it would make another chunk to see that nothing follows.
    const outputBytesMax = Math.min(length, deflated.length * INFLATED_FACTOR_MAX);
    const chunkSize = Math.max(outputBytesMax + 1, CHUNK_BYTES_MIN);
    const options = { info: true, maxOutputLength: Math.max(length, 1), chunkSize };
    const result = loadZlib().inflateRawSync(deflated, options) as unknown as InflateResult;
    return { buffer: result.buffer, consumed: result.engine.bytesWritten };
  } catch (error) {
    return invalid(error instanceof Error ? error.message : String(error));
  }
}

function invalid(detail: string): never {
  throw new ProtocolError('COMPRESSION_INVALID', `a compressed message ${detail}`);
}
