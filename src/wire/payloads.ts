// The payloads of the frames that carry no message of an application, as structs: what is in
// front of the message in CALL and END, and all of the others. docs/PROTOCOL.md §5.
// The header's checks have made sure that the fixed part of each is there.

import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { beginFrame, endFrame } from './frame-encoder';
import { Flag, FrameType } from './frame';
import { TIMEOUT_MS_MAX } from './limits';
import { NO_OPTIONS, readOptions, writeOptions, type FrameOptions } from './options';
import { ProtocolError } from './protocol-error';

/** The only version so far. */
export const VERSION = 1;

/** Bits of HELLO's capabilities; unknown ones are ignored. */
export enum Capability {
  /** Messages may be compressed by raw DEFLATE. */
  DEFLATE = 0x0000_0001,
}

/** What an end says of itself first: struct '!HHIIII' and options. */
export interface Hello {
  readonly versionMin: number;
  readonly versionMax: number;
  readonly messageBytesMax: number;
  readonly streamsMax: number;
  readonly pingIntervalMsMin: number;
  readonly capabilities: number;
  readonly options: Readonly<FrameOptions>;
}

export function writeHello(writer: ByteWriter, hello: Hello, flags: number): void {
  const start = beginFrame(writer);
  writer.u16(hello.versionMin);
  writer.u16(hello.versionMax);
  writer.u32(hello.messageBytesMax);
  writer.u32(hello.streamsMax);
  writer.u32(hello.pingIntervalMsMin);
  writer.u32(hello.capabilities);
  writeOptions(writer, hello.options);
  endFrame(writer, start, 0, FrameType.HELLO, flags);
}

/** The first four bytes of HELLO: they are frozen for ever. */
export type Versions = Pick<Hello, 'versionMin' | 'versionMax'>;

/** @throws ProtocolError HELLO_INVALID for a range that is none */
export function readVersions(reader: ByteReader): Versions {
  const versionMin = reader.u16();
  const versionMax = reader.u16();
  if (versionMin === 0 || versionMin > versionMax) {
    throw new ProtocolError(
      'HELLO_INVALID',
      `versions ${versionMin} to ${versionMax} are no range`,
    );
  }
  return { versionMin, versionMax };
}

/** The rest of HELLO, in the layout of version 1. @throws ProtocolError OPTIONS_* */
export function readHello(reader: ByteReader, { versionMin, versionMax }: Versions): Hello {
  return {
    versionMin,
    versionMax,
    messageBytesMax: reader.u32(),
    streamsMax: reader.u32(),
    pingIntervalMsMin: reader.u32(),
    capabilities: reader.u32(),
    options: readOptions(reader),
  };
}

/** In front of a CALL's message: u32 timeout_ms and options. 0 is no limit. */
export function writeCallHead(
  writer: ByteWriter,
  timeoutMs: number,
  options: Readonly<FrameOptions>,
): void {
  writer.u32(timeoutMs);
  writeOptions(writer, options);
}

/** @throws ProtocolError TIMEOUT_INVALID for 2^31 ms and more */
export function readTimeoutMs(reader: ByteReader): number {
  const timeoutMs = reader.u32();
  if (timeoutMs > TIMEOUT_MS_MAX) {
    throw new ProtocolError('TIMEOUT_INVALID', `a time limit of ${timeoutMs} ms`);
  }
  return timeoutMs;
}

/** An END without a message: an error, or the end of a stream of replies. */
export function writeEnd(
  writer: ByteWriter,
  stream: number,
  service: number,
  method: number,
  code: number,
  flags: number,
  options: Readonly<FrameOptions>,
  /** Of a typed error; with MSG in the flags. */
  detail?: Uint8Array,
): void {
  const start = beginFrame(writer);
  writeOptions(writer, options);
  if (detail !== undefined) writer.raw(detail);
  endFrame(writer, start, stream, FrameType.END, flags, code, service, method);
}

export function writeCancel(
  writer: ByteWriter,
  stream: number,
  service: number,
  method: number,
  code: number,
  text: string | undefined,
): void {
  const start = beginFrame(writer);
  writeOptions(writer, text === undefined ? NO_OPTIONS : { text });
  endFrame(writer, start, stream, FrameType.CANCEL, 0, code, service, method);
}

export function writeMeta(
  writer: ByteWriter,
  stream: number,
  service: number,
  method: number,
  options: Readonly<FrameOptions>,
): void {
  const start = beginFrame(writer);
  writeOptions(writer, options);
  endFrame(writer, start, stream, FrameType.META, 0, 0, service, method);
}

export function writeCredit(
  writer: ByteWriter,
  stream: number,
  service: number,
  method: number,
  creditBytes: number,
): void {
  const start = beginFrame(writer);
  writer.u32(creditBytes);
  endFrame(writer, start, stream, FrameType.CREDIT, 0, 0, service, method);
}

/** @param opaque 8 bytes that a REPLY gives back as they came */
export function writePing(writer: ByteWriter, opaque: Uint8Array, isReply: boolean): void {
  const start = beginFrame(writer);
  writer.raw(opaque);
  endFrame(writer, start, 0, FrameType.PING, isReply ? Flag.REPLY : 0);
}

/** "No new calls", or why the connection ends: u32 last stream, u32 drain_ms, options. */
export interface Goaway {
  /** Calls above this id were not and will not be processed. */
  readonly lastStream: number;
  /** How long calls in progress may go on. */
  readonly drainMs: number;
  readonly options: Readonly<FrameOptions>;
}

export function writeGoaway(writer: ByteWriter, goaway: Goaway, code: number): void {
  const start = beginFrame(writer);
  writer.u32(goaway.lastStream);
  writer.u32(goaway.drainMs);
  writeOptions(writer, goaway.options);
  endFrame(writer, start, 0, FrameType.GOAWAY, 0, code);
}

export function readGoaway(reader: ByteReader): Goaway {
  return { lastStream: reader.u32(), drainMs: reader.u32(), options: readOptions(reader) };
}
