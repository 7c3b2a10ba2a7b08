import { Buffer } from 'node:buffer';
import { ByteReader } from '../../../src/wire/byte-reader';
import { ByteWriter } from '../../../src/wire/byte-writer';
import type { MessageCodec } from '../../../src/wire/codec';
import type { Value } from './load';

export function encode(codec: MessageCodec<Value>, value: Value): Buffer {
  const writer = new ByteWriter();
  codec.encode(writer, value);
  return Buffer.from(writer.written());
}

export function decode(codec: MessageCodec<Value>, bytes: Buffer): Value {
  return codec.decode(new ByteReader().reset(bytes, 0, bytes.length));
}

/** The value, or the error's text: what a hostile peer would see of the two ends. */
export function outcome(codec: MessageCodec<Value>, bytes: Buffer): unknown {
  try {
    return decode(codec, bytes);
  } catch (error) {
    return String(error);
  }
}
