import { Buffer } from 'node:buffer';
import { ByteReader } from '../wire/byte-reader';
import { ByteWriter } from '../wire/byte-writer';
import { ProtocolError } from '../wire/protocol-error';
import type { ErrorType } from './method';
import { RpcError, type RpcErrorInit } from './status';

/**
 * An error that the IDL declares, to be thrown by a handler of a service of its package:
 * `throw typedError(InsufficientFunds, { missing: 5 }, 'not enough money')`.
 * @param detail what is left out has proto3's default
 * @throws RangeError, TypeError for a detail that cannot be encoded
 */
export function typedError<T>(
  type: ErrorType<T>,
  detail: Partial<T>,
  text: string,
  init: RpcErrorInit = {},
): RpcError {
  const writer = new ByteWriter(Buffer.allocUnsafe(64));
  type.encode(writer, type.create(detail));
  const bytes = Buffer.from(writer.buffer.subarray(0, writer.offset));
  const typed = { id: type.errorId, package: type.package, bytes };
  return new RpcError(type.code, text, { ...init, typed });
}

/**
 * What a call's error says besides its text, when it is this error of the IDL; undefined when it is
 * another, or a detail that cannot be read.
 * @param type undefined for an error that a description does not have: no error is that
 */
export function errorDetail<T>(error: unknown, type: ErrorType<T> | undefined): T | undefined {
  if (!(error instanceof RpcError) || error.typed === undefined) return undefined;
  if (type === undefined) return undefined;
  const { id, package: name, bytes } = error.typed;
  if (id !== type.errorId || name !== type.package) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    return type.decode(new ByteReader().reset(buffer, 0, buffer.length));
  } catch (cause) {
    if (cause instanceof ProtocolError) return undefined;
    throw cause;
  }
}
