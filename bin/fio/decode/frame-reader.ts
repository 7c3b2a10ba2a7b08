import { Buffer } from 'node:buffer';
import { ByteReader } from '../../../src/wire/byte-reader';
import { inflateMessage } from '../../../src/wire/compression';
import {
  describeFlags,
  describeType,
  FIRST_IGNORABLE_TYPE,
  Flag,
  FrameType,
  HEADER_SIZE,
  type FrameHeader,
  type Role,
} from '../../../src/wire/frame';
import { checkHeader, emptyHeader, readHeader } from '../../../src/wire/header';
import { FRAME_BYTES_MAX } from '../../../src/wire/limits';
import { readOptions, type FrameOptions } from '../../../src/wire/options';
import { readGoaway, readHello, readTimeoutMs, readVersions } from '../../../src/wire/payloads';
import { PREFACE } from '../../../src/wire/preface';
import { ProtocolError } from '../../../src/wire/protocol-error';
import { StatusCode } from '../../../src/wire/status-code';
import type { Json, ModelCodecs } from './model-codecs';

/** What there is to say of a frame, in the sequence in which it is said. */
export type Shown = Record<string, Json>;

/** Longest message that is put together. */
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

/** One direction's bytes in, frames out, as somebody sees them who only listens. */
export class FrameReader {
  private held: Buffer = Buffer.alloc(0);
  private readonly fragments = new Map<number, { parts: Buffer[]; isCompressed: boolean }>();

  constructor(
    private readonly codecs: ModelCodecs,
    /** Told of each frame, and of its bytes. */
    private readonly show: (shown: Shown, bytes: Buffer) => void,
  ) {}

  push(bytes: Buffer): void {
    this.held = this.held.length === 0 ? bytes : Buffer.concat([this.held, bytes]);
    while (this.held.length > 0) {
      const length = this.nextLength();
      if (length === undefined || this.held.length < length) return;
      const taken = this.held.subarray(0, length);
      this.held = this.held.subarray(length);
      this.show(this.read(taken), taken);
    }
  }

  /** Bytes are missing here: what was begun has no end. */
  gap(): void {
    if (this.held.length > 0) this.show({ type: 'CUT', bytes: this.held.length }, this.held);
    this.held = Buffer.alloc(0);
    this.fragments.clear();
  }

  /** The length of what begins here; undefined until it is known. */
  private nextLength(): number | undefined {
    if (this.held[0] === PREFACE[0]) return PREFACE.length;
    if (this.held.length < 4) return undefined;
    const length = this.held.readUInt32BE(0);
    // No frame: the next segment may begin with one.
    return length > FRAME_BYTES_MAX ? this.held.length : HEADER_SIZE + length;
  }

  private read(bytes: Buffer): Shown {
    if (bytes.equals(PREFACE)) return { type: 'PREFACE' };
    const header = emptyHeader();
    if (bytes.length < HEADER_SIZE || bytes[0] !== 0) {
      return { type: 'NO-FRAME', bytes: bytes.length, violation: 'FRAME_TOO_LONG' };
    }
    readHeader(bytes, 0, header);
    const shown = this.describe(header);
    try {
      checkHeader(header, senderOf(header) === 'client' ? 'server' : 'client');
      if (header.type < FIRST_IGNORABLE_TYPE) this.readPayload(header, bytes, shown);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      shown.violation = error.message;
    }
    return shown;
  }

  private describe(header: FrameHeader): Shown {
    const { type, stream, flags, code, service, method } = header;
    const hasCode =
      type === FrameType.END || type === FrameType.CANCEL || type === FrameType.GOAWAY;
    const name = this.codecs.method(service, method)?.name ?? `${service}.${method}`;
    return {
      type: describeType(type),
      stream,
      ...(flags !== 0 && { flags: describeFlags(flags) }),
      ...(stream !== 0 && { method: name }),
      ...(hasCode && { status: StatusCode[code] ?? `STATUS-${code}` }),
    };
  }

  private readPayload(header: FrameHeader, bytes: Buffer, shown: Shown): void {
    const reader = new ByteReader().reset(bytes, HEADER_SIZE, bytes.length);
    switch (header.type as FrameType) {
      case FrameType.HELLO: {
        const { options, ...rest } = readHello(reader, readVersions(reader));
        Object.assign(shown, rest, optionsJson(options));
        return;
      }
      case FrameType.CALL:
        Object.assign(
          shown,
          { timeoutMs: readTimeoutMs(reader) },
          optionsJson(readOptions(reader)),
        );
        this.readMessage(header, bytes, reader.offset, shown);
        return;
      case FrameType.END:
        Object.assign(shown, optionsJson(readOptions(reader)));
        this.readMessage(header, bytes, reader.offset, shown);
        return;
      case FrameType.DATA:
        this.readData(header, bytes, shown);
        return;
      case FrameType.CREDIT:
        shown.creditBytes = reader.u32();
        return;
      case FrameType.PING:
        shown.opaque = bytes.toString('hex', HEADER_SIZE);
        return;
      case FrameType.GOAWAY: {
        const { options, ...rest } = readGoaway(reader);
        Object.assign(shown, rest, optionsJson(options));
        return;
      }
      case FrameType.CANCEL:
      case FrameType.META:
        Object.assign(shown, optionsJson(readOptions(reader)));
    }
  }

  private readData(header: FrameHeader, bytes: Buffer, shown: Shown): void {
    const { stream, flags } = header;
    const isFirst = (flags & Flag.MSG) !== 0;
    const isLast = (flags & Flag.MORE) === 0;
    if (isFirst && isLast) {
      this.readMessage(header, bytes, HEADER_SIZE, shown);
      return;
    }
    if (bytes.length === HEADER_SIZE) return;
    shown.fragmentBytes = bytes.length - HEADER_SIZE;
    if (isFirst) {
      const isCompressed = (flags & Flag.COMPRESSED) !== 0;
      this.fragments.set(stream, { parts: [], isCompressed });
    }
    const message = this.fragments.get(stream);
    message?.parts.push(bytes.subarray(HEADER_SIZE));
    if (!isLast || message === undefined) return;
    this.fragments.delete(stream);
    const flagsOfWhole =
      Flag.MSG | (message.isCompressed ? Flag.COMPRESSED : 0) | (flags & Flag.REPLY);
    this.readMessage({ ...header, flags: flagsOfWhole }, Buffer.concat(message.parts), 0, shown);
  }

  private readMessage(header: FrameHeader, bytes: Buffer, start: number, shown: Shown): void {
    if ((header.flags & Flag.MSG) === 0) return;
    let message = bytes.subarray(start);
    if ((header.flags & Flag.COMPRESSED) !== 0) {
      message = inflateMessage(bytes, start, bytes.length, MESSAGE_BYTES_MAX);
    }
    const method = this.codecs.method(header.service, header.method);
    if (method === undefined || (header.type === FrameType.END && header.code !== 0)) {
      shown.messageHex = message.toString('hex');
      return;
    }
    const codec = senderOf(header) === 'client' ? method.input : method.output;
    shown.message = codec.decode(new ByteReader().reset(message, 0, message.length)) as Json;
  }
}

/** Who sends such a frame; where both do, it does not matter. */
function senderOf({ type, flags }: FrameHeader): Role {
  const isServers = type === FrameType.END || type === FrameType.META;
  const isReply =
    (type === FrameType.HELLO || type === FrameType.DATA) && (flags & Flag.REPLY) !== 0;
  return isServers || isReply ? 'server' : 'client';
}

function optionsJson(options: Readonly<FrameOptions>): Shown {
  const shown: Shown = {};
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    if (value instanceof Uint8Array) shown[name] = Buffer.from(value).toString('hex');
    else if (name !== 'metadata') shown[name] = value as Json;
  }
  if (options.metadata !== undefined) {
    shown.metadata = options.metadata.map(([key, value]) => [key, Buffer.from(value).toString()]);
  }
  return shown;
}
