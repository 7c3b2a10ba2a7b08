import { Buffer } from 'node:buffer';
import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { OPTIONS_BYTES_MAX, TEXT_BYTES_MAX } from './limits';
import { ProtocolError } from './protocol-error';

/** One pair of metadata: a lower-case key and any bytes. A key may come several times. */
export type MetadataPair = readonly [key: string, value: Uint8Array];

/** What may stand beside a message: the entries of an options block. docs/PROTOCOL.md §5. */
export interface FrameOptions {
  metadata?: MetadataPair[] | undefined;
  /** 16 bytes. */
  idempotencyKey?: Uint8Array | undefined;
  /** u8: 1 for the second try, and so on. */
  attempt?: number | undefined;
  /** W3C traceparent. */
  traceContext?: string | undefined;
  /** For people; at most 1 KiB of UTF-8. */
  text?: string | undefined;
  credentials?: Uint8Array | undefined;
  /** u16, unique in its service. */
  errorId?: number | undefined;
  /** u32 milliseconds. */
  retryAfterMs?: number | undefined;
}

/** No options at all: what most frames have. One value for all of them. */
export const NO_OPTIONS: Readonly<FrameOptions> = Object.freeze({});

enum Tag {
  METADATA = 1,
  IDEMPOTENCY_KEY = 2,
  ATTEMPT = 3,
  TRACE_CONTEXT = 4,
  TEXT = 5,
  CREDENTIALS = 6,
  ERROR_ID = 7,
  RETRY_AFTER = 8,
}

const KEY_SYNTAX = /^[a-z0-9_.-]{1,255}$/;

/** Write a block: u16 length of the entries, then the entries. @throws RangeError over 8 KiB */
export function writeOptions(writer: ByteWriter, options: Readonly<FrameOptions>): void {
  if (options === NO_OPTIONS) {
    writer.u16(0);
    return;
  }
  const start = writer.reserve(2);
  for (const [key, value] of options.metadata ?? []) {
    if (!KEY_SYNTAX.test(key)) {
      throw new RangeError(`'${key}' is not a metadata key: use a-z 0-9 - _ . and at most 255`);
    }
    entry(writer, Tag.METADATA, 1 + key.length + value.length);
    writer.u8(key.length);
    writer.raw(Buffer.from(key, 'latin1'));
    writer.raw(value);
  }
  if (options.idempotencyKey !== undefined) {
    if (options.idempotencyKey.length !== 16) {
      throw new RangeError('an idempotency key has 16 bytes');
    }
    bytesEntry(writer, Tag.IDEMPOTENCY_KEY, options.idempotencyKey);
  }
  if (options.attempt !== undefined) {
    entry(writer, Tag.ATTEMPT, 1);
    writer.u8(options.attempt);
  }
  if (options.traceContext !== undefined) {
    bytesEntry(writer, Tag.TRACE_CONTEXT, Buffer.from(options.traceContext, 'latin1'));
  }
  if (options.text !== undefined) {
    bytesEntry(writer, Tag.TEXT, clippedText(options.text));
  }
  if (options.credentials !== undefined) {
    bytesEntry(writer, Tag.CREDENTIALS, options.credentials);
  }
  if (options.errorId !== undefined) {
    entry(writer, Tag.ERROR_ID, 2);
    writer.u16(options.errorId);
  }
  if (options.retryAfterMs !== undefined) {
    entry(writer, Tag.RETRY_AFTER, 4);
    writer.u32(options.retryAfterMs);
  }
  const length = writer.offset - start - 2;
  if (length > OPTIONS_BYTES_MAX) {
    throw new RangeError(`options of ${length} bytes are over the limit of ${OPTIONS_BYTES_MAX}`);
  }
  writer.buffer.writeUInt16BE(length, start);
}

function entry(writer: ByteWriter, tag: Tag, length: number): void {
  writer.u8(tag);
  if (length > OPTIONS_BYTES_MAX) {
    throw new RangeError(`an option of ${length} bytes is over the limit of ${OPTIONS_BYTES_MAX}`);
  }
  writer.u16(length);
}

function bytesEntry(writer: ByteWriter, tag: Tag, value: Uint8Array): void {
  entry(writer, tag, value.length);
  writer.raw(value);
}

/** Text in UTF-8, cut at the limit between two characters: a long text must not cost the status. */
function clippedText(text: string): Buffer {
  const all = Buffer.from(text, 'utf8');
  if (all.length <= TEXT_BYTES_MAX) return all;
  let end = TEXT_BYTES_MAX;
  while (end > 0 && ((all[end] as number) & 0xc0) === 0x80) end--;
  return all.subarray(0, end);
}

/**
 * Read a block.
 * @throws ProtocolError OPTIONS_TOO_LONG, OPTIONS_MALFORMED: the connection ends
 */
export function readOptions(reader: ByteReader): Readonly<FrameOptions> {
  const length = reader.u16();
  if (length === 0) return NO_OPTIONS;
  if (length > OPTIONS_BYTES_MAX) {
    throw new ProtocolError('OPTIONS_TOO_LONG', `${length} bytes of options`);
  }
  const end = reader.offset + length;
  if (end > reader.end) malformed('the options are longer than the frame');
  const options: FrameOptions = {};
  while (reader.offset < end) {
    if (end - reader.offset < 3) malformed('an entry is cut');
    const tag = reader.u8();
    const size = reader.u16();
    const start = reader.offset;
    if (size > end - start) malformed(`the entry of tag ${tag} is cut`);
    readEntry(options, tag, reader.buffer, start, start + size);
    reader.offset = start + size;
  }
  return options;
}

function readEntry(
  options: FrameOptions,
  tag: number,
  bytes: Buffer,
  start: number,
  end: number,
): void {
  const size = end - start;
  switch (tag) {
    case Tag.METADATA: {
      options.metadata ??= [];
      options.metadata.push(readPair(bytes, start, end));
      return;
    }
    case Tag.IDEMPOTENCY_KEY:
      once(options.idempotencyKey, tag);
      exactly(size, 16, tag);
      options.idempotencyKey = copyKey(bytes, start);
      return;
    case Tag.ATTEMPT:
      once(options.attempt, tag);
      exactly(size, 1, tag);
      options.attempt = bytes.readUInt8(start);
      return;
    case Tag.TRACE_CONTEXT:
      once(options.traceContext, tag);
      options.traceContext = bytes.toString('latin1', start, end);
      return;
    case Tag.TEXT:
      once(options.text, tag);
      if (size > TEXT_BYTES_MAX)
        throw new ProtocolError('OPTIONS_TOO_LONG', `${size} bytes of text`);
      // Text is for people: what is not UTF-8 is shown as it can be, not refused.
      options.text = bytes.toString('utf8', start, end);
      return;
    case Tag.CREDENTIALS:
      once(options.credentials, tag);
      options.credentials = copy(bytes, start, end);
      return;
    case Tag.ERROR_ID:
      once(options.errorId, tag);
      exactly(size, 2, tag);
      options.errorId = bytes.readUInt16BE(start);
      return;
    case Tag.RETRY_AFTER:
      once(options.retryAfterMs, tag);
      exactly(size, 4, tag);
      options.retryAfterMs = bytes.readUInt32BE(start);
      return;
    default:
      return;
  }
}

function readPair(bytes: Buffer, start: number, end: number): MetadataPair {
  const keyLength = start < end ? bytes.readUInt8(start) : 0;
  const keyEnd = start + 1 + keyLength;
  if (keyEnd > end) malformed('a metadata key is cut');
  const key = bytes.toString('latin1', start + 1, keyEnd);
  if (!KEY_SYNTAX.test(key)) malformed(`'${key}' is not a metadata key`);
  return [key, copy(bytes, keyEnd, end)];
}

function copy(bytes: Buffer, start: number, end: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, start, end);
}

/** Sixteen bytes in the object itself, by a loop: 40 ns instead of 85. */
function copyKey(bytes: Buffer, start: number): Uint8Array {
  const key = new Uint8Array(16);
  for (let i = 0; i < 16; i++) key[i] = bytes[start + i] as number;
  return key;
}

function once(value: unknown, tag: number): void {
  if (value !== undefined) malformed(`tag ${tag} comes twice`);
}

function exactly(size: number, wanted: number, tag: number): void {
  if (size !== wanted) malformed(`tag ${tag} has ${size} bytes instead of ${wanted}`);
}

function malformed(detail: string): never {
  throw new ProtocolError('OPTIONS_MALFORMED', detail);
}
