import { Buffer } from 'node:buffer';
import { ByteWriter } from '../wire/byte-writer';
import type { MessageCodec } from '../wire/codec';
import { deflateMessage } from '../wire/compression';
import { Flag } from '../wire/frame';
import { payloadLength } from '../wire/frame-encoder';
import { FRAME_BYTES_MAX } from '../wire/limits';
import { RpcError, StatusCode } from './status';

/** For messages that do not go into a frame at once; emptied after each use. */
const scratch = new ByteWriter();
const SCRATCH_KEPT_BYTES = 65_536;

/** What the peer takes. */
export interface EncodingRules {
  readonly peerMessageBytesMax: number;
  /** Messages this long and longer are compressed when that makes them shorter. */
  readonly compressedBytesMin: number;
}

/**
 * Write a message where the writer is.
 * @returns the flags of the frame that it begins in: MSG, COMPRESSED
 * @throws RpcError RESOURCE_EXHAUSTED when the peer does not take it; what the codec throws. The
 * writer is to be rewound then.
 */
export function encodeMessage<T>(
  writer: ByteWriter,
  codec: MessageCodec<T>,
  message: T,
  rules: EncodingRules,
): number {
  const start = writer.offset;
  codec.encode(writer, message);
  const length = writer.offset - start;
  checkLength(length, rules.peerMessageBytesMax);
  if (length < rules.compressedBytesMin) return Flag.MSG;
  const compressed = deflateMessage(writer.buffer.subarray(start, writer.offset));
  if (compressed === undefined) return Flag.MSG;
  writer.rewind(start);
  writer.raw(compressed);
  return Flag.MSG | Flag.COMPRESSED;
}

/** Take the message that begins at `messageStart` out of a frame that is too long with it. */
export function takeOverflow(
  writer: ByteWriter,
  frameStart: number,
  messageStart: number,
): Buffer | undefined {
  if (payloadLength(writer, frameStart) <= FRAME_BYTES_MAX) return undefined;
  return cutOff(writer, messageStart);
}

/** A message that has no frame yet, and the flags for its first. @throws as encodeMessage() */
export function encodeApart<T>(
  codec: MessageCodec<T>,
  message: T,
  rules: EncodingRules,
): { bytes: Buffer; flags: number } {
  try {
    const flags = encodeMessage(scratch, codec, message, rules);
    return { bytes: cutOff(scratch, 0), flags };
  } finally {
    scratch.rewind(0);
    if (scratch.buffer.length > SCRATCH_KEPT_BYTES) scratch.buffer = Buffer.allocUnsafeSlow(256);
  }
}

/** Take what was written from `from` on out of the writer. */
export function cutOff(writer: ByteWriter, from: number): Buffer {
  const bytes = Buffer.from(writer.buffer.subarray(from, writer.offset));
  writer.rewind(from);
  return bytes;
}

/** The sender refuses too: the peer's limit is known before anything is sent. */
function checkLength(messageBytes: number, peerBytesMax: number): void {
  if (messageBytes <= peerBytesMax) return;
  throw new RpcError(
    StatusCode.RESOURCE_EXHAUSTED,
    `the message has ${messageBytes} bytes; the peer takes at most ${peerBytesMax}`,
    { mayHaveActed: false },
  );
}
