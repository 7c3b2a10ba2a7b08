import { Buffer } from 'node:buffer';
import { ByteReader } from '../../wire/byte-reader';
import { ByteWriter } from '../../wire/byte-writer';
import type { MessageCodec } from '../method';
import { RpcError } from '../status';

// An outcome as a store keeps it: a byte that says what it is, then the reply's message, or code,
// number, text and detail of a typed error.

enum Kind {
  REPLY = 0,
  TYPED_ERROR = 1,
}

/** Where outcomes are written before they are cut to their length; a writer may grow out of it. */
const ROOM_BYTES = 1_024;
const room = Buffer.allocUnsafeSlow(ROOM_BYTES);

/** Up to so many bytes lie in the object itself. */
const SHORT_BYTES = 64;

export function encodeReply(codec: MessageCodec<unknown>, reply: unknown): Uint8Array {
  const writer = new ByteWriter(room);
  writer.u8(Kind.REPLY);
  codec.encode(writer, reply);
  return written(writer);
}

/** @throws what was thrown, when it is no typed error of the package */
export function encodeTypedError(thrown: unknown, packageName: string): Uint8Array {
  if (!(thrown instanceof RpcError) || thrown.typed?.package !== packageName) throw thrown;
  const writer = new ByteWriter(room);
  writer.u8(Kind.TYPED_ERROR);
  writer.u16(thrown.code);
  writer.u16(thrown.typed.id);
  writer.string(thrown.text);
  writer.bytes(thrown.typed.bytes);
  return written(writer);
}

/** The reply. @throws RpcError when the outcome is a typed error */
export function decodeOutcome(
  outcome: Uint8Array,
  codec: MessageCodec<unknown>,
  packageName: string,
): unknown {
  const bytes = Buffer.from(outcome.buffer, outcome.byteOffset, outcome.length);
  const reader = new ByteReader().reset(bytes, 0, bytes.length);
  if ((reader.u8() as Kind) === Kind.REPLY) return codec.decode(reader);
  const [code, id, text] = [reader.u16(), reader.u16(), reader.string()];
  throw new RpcError(code, text, { typed: { id, package: packageName, bytes: reader.bytes() } });
}

function written({ buffer, offset }: ByteWriter): Uint8Array {
  if (offset > SHORT_BYTES) return Buffer.from(buffer.subarray(0, offset));
  const bytes = new Uint8Array(offset);
  for (let i = 0; i < offset; i++) bytes[i] = buffer[i] as number;
  return bytes;
}
