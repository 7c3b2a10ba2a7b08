import { Buffer } from 'node:buffer';
import type { MessageCodec } from '../wire/codec';

export const NO_BYTES = new Uint8Array(0);

/** A message as it is on the wire, for who decodes it later: a copy of its bytes. */
export const RAW_BYTES: MessageCodec<Uint8Array> = {
  name: 'bytes of a message',
  bytesMin: 1,
  zero: () => NO_BYTES,
  create: () => NO_BYTES,
  encode: (writer, bytes) => writer.raw(bytes),
  decode: ({ buffer, offset, end }) => Buffer.from(buffer.subarray(offset, end)),
};
