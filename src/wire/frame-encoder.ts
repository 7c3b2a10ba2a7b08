import type { ByteWriter } from './byte-writer';
import { HEADER_SIZE, type FrameType } from './frame';
import { writeHeader } from './header';
import { FRAME_BYTES_MAX } from './limits';

/**
 * Leave room for a header; the payload is then written behind it, in place.
 * @returns what endFrame() wants
 */
export function beginFrame(writer: ByteWriter): number {
  return writer.reserve(HEADER_SIZE);
}

/** Bytes of payload written since beginFrame(). */
export function payloadLength(writer: ByteWriter, start: number): number {
  return writer.offset - start - HEADER_SIZE;
}

/**
 * Write the header, now that the payload's length is known.
 * @throws RangeError when the payload is longer than a frame may be: the caller should have looked
 */
export function endFrame(
  writer: ByteWriter,
  start: number,
  stream: number,
  type: FrameType,
  flags = 0,
  code = 0,
  service = 0,
  method = 0,
): void {
  const length = payloadLength(writer, start);
  if (length > FRAME_BYTES_MAX) {
    throw new RangeError(`a payload of ${length} bytes does not fit into a frame`);
  }
  writeHeader(writer.buffer, start, length, stream, type, flags, code, service, method);
}
