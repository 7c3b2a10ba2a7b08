import { Buffer } from 'node:buffer';
import { ByteWriter } from '../wire/byte-writer';
import type { MessageCodec } from '../wire/codec';
import { payloadLength } from '../wire/frame-encoder';
import { FRAME_BYTES_MAX } from '../wire/limits';
import { RpcError, StatusCode } from './status';

/** For messages that do not go into a frame at once; emptied after each use. */
const scratch = new ByteWriter();
const SCRATCH_KEPT_BYTES = 65_536;

/**
 * Write a message into the frame that begins at `start`. When the frame gets too long for it, the
 * message is taken out again and returned: the frame is then as it was before.
 * @throws RpcError RESOURCE_EXHAUSTED when the peer does not take it; what the codec throws. The
 * frame is to be rewound then.
 */
export function encodeInFrame<T>(
  writer: ByteWriter,
  start: number,
  codec: MessageCodec<T>,
  message: T,
  peerBytesMax: number,
): Buffer | undefined {
  const messageStart = writer.offset;
  codec.encode(writer, message);
  checkLength(writer.offset - messageStart, peerBytesMax);
  if (payloadLength(writer, start) <= FRAME_BYTES_MAX) return undefined;
  return cutOff(writer, messageStart);
}

/** A message alone. @throws as encodeInFrame() */
export function encodeApart<T>(codec: MessageCodec<T>, message: T, peerBytesMax: number): Buffer {
  try {
    codec.encode(scratch, message);
    checkLength(scratch.offset, peerBytesMax);
    return cutOff(scratch, 0);
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
