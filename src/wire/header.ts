// 16 bytes <-> FrameHeader, and every check that needs only the header. docs/PROTOCOL.md §4, §5.
//
//   offset  0        4        8     9      10    12       14
//          | length | stream | type | flags | code | service | method |     struct '!IIBBHHH'
//            u32      u32      u8     u8      u16    u16       u16

import type { Buffer } from 'node:buffer';
import {
  describeFrame,
  FIRST_IGNORABLE_TYPE,
  Flag,
  FrameType,
  IGNORED_FLAGS,
  type FrameHeader,
  type Role,
} from './frame';
import { FRAME_BYTES_MAX, STREAM_ID_MAX } from './limits';
import { ProtocolError, type Violation } from './protocol-error';

/** A header to read into: one per decoder, used for every frame. */
export function emptyHeader(): FrameHeader {
  return { length: 0, stream: 0, type: 0, flags: 0, code: 0, service: 0, method: 0 };
}

/**
 * Read the header at `at`; the sixteen bytes must be there. By shifts, not by Buffer's readers:
 * this runs for every frame (the naive twin is in spec/wire/header.spec.ts).
 */
export function readHeader(bytes: Buffer, at: number, into: FrameHeader): void {
  into.length = read32(bytes, at);
  into.stream = read32(bytes, at + 4);
  into.type = bytes[at + 8] as number;
  into.flags = bytes[at + 9] as number;
  into.code = read16(bytes, at + 10);
  into.service = read16(bytes, at + 12);
  into.method = read16(bytes, at + 14);
}

/** Write the header at `at`; the room must be there and the values in range. */
export function writeHeader(
  bytes: Buffer,
  at: number,
  length: number,
  stream: number,
  type: FrameType,
  flags: number,
  code: number,
  service: number,
  method: number,
): void {
  write32(bytes, at, length);
  write32(bytes, at + 4, stream);
  bytes[at + 8] = type;
  bytes[at + 9] = flags;
  write16(bytes, at + 10, code);
  write16(bytes, at + 12, service);
  write16(bytes, at + 14, method);
}

interface FrameRule {
  readonly sender: Role | 'both';
  readonly place: 'connection' | 'stream';
  readonly flags: number;
  /** Whether the code field means something. */
  readonly code: boolean;
  readonly bytesMin: number;
  readonly bytesMax: number;
}

const ANY = FRAME_BYTES_MAX;
const { LAST, MORE, MSG, COMPRESSED, REPLY, NOT_PROCESSED } = Flag;

function rule(
  sender: Role | 'both',
  place: 'connection' | 'stream',
  flags: number,
  code: boolean,
  bytesMin: number,
  bytesMax: number,
): FrameRule {
  return { sender, place, flags, code, bytesMin, bytesMax };
}

/** The table of docs/PROTOCOL.md §5, by frame type. */
const RULES: readonly (FrameRule | undefined)[] = [
  undefined,
  /* HELLO   */ rule('both', 'connection', REPLY, false, 22, ANY),
  /* CALL    */ rule('client', 'stream', LAST | MSG | COMPRESSED, false, 6, ANY),
  /* DATA    */ rule('both', 'stream', LAST | MORE | MSG | COMPRESSED | REPLY, false, 0, ANY),
  /* END     */ rule('server', 'stream', MSG | COMPRESSED | NOT_PROCESSED, true, 2, ANY),
  /* CANCEL  */ rule('client', 'stream', 0, true, 2, ANY),
  /* CREDIT  */ rule('both', 'stream', 0, false, 4, 4),
  /* PING    */ rule('both', 'connection', REPLY, false, 8, 8),
  /* GOAWAY  */ rule('both', 'connection', 0, true, 10, ANY),
  /* META    */ rule('server', 'stream', 0, false, 2, ANY),
];

/**
 * Refuse a header that breaks a rule of its type, before its payload is waited for.
 * @param receiver which end we are
 * @throws ProtocolError, always one that ends the connection
 */
export function checkHeader(header: FrameHeader, receiver: Role): void {
  const { type, length } = header;
  if (length > FRAME_BYTES_MAX) refuse('FRAME_TOO_LONG', header);
  if (type >= FIRST_IGNORABLE_TYPE) return;
  const known = RULES[type];
  if (known === undefined) refuse('TYPE_UNKNOWN', header);
  if (known.sender === receiver) refuse('TYPE_OUT_OF_PLACE', header);
  checkStream(header, known);
  checkFlags(header, known, receiver);
  const codeFits = known.code ? type !== FrameType.CANCEL || header.code !== 0 : header.code === 0;
  if (!codeFits) refuse('CODE_OUT_OF_PLACE', header);
  if (header.stream === 0 && (header.service | header.method) !== 0) {
    refuse('METHOD_OUT_OF_PLACE', header);
  }
  if (length < known.bytesMin || length > known.bytesMax) refuse('LENGTH_OUT_OF_PLACE', header);
}

function checkStream(header: FrameHeader, known: FrameRule): void {
  const { stream } = header;
  const fits =
    known.place === 'stream' ? (stream & 1) === 1 && stream <= STREAM_ID_MAX : stream === 0;
  if (!fits) refuse('STREAM_OUT_OF_PLACE', header);
}

/** Flags that the type does not have, that exclude each other, or that the sender may not set. */
function checkFlags(header: FrameHeader, known: FrameRule, receiver: Role): void {
  const { flags } = header;
  if (
    (flags & ~(known.flags | IGNORED_FLAGS)) !== 0 ||
    (flags & (MSG | COMPRESSED)) === COMPRESSED ||
    !flagsFitType(header, receiver)
  ) {
    refuse('FLAG_OUT_OF_PLACE', header);
  }
}

function flagsFitType({ type, flags, code }: FrameHeader, receiver: Role): boolean {
  switch (type as FrameType) {
    case FrameType.HELLO:
      return ((flags & REPLY) !== 0) === (receiver === 'client');
    case FrameType.DATA:
      if ((flags & (LAST | MORE)) === (LAST | MORE)) return false;
      return receiver === 'client' ? (flags & (REPLY | LAST)) === REPLY : (flags & REPLY) === 0;
    case FrameType.END:
      return (flags & NOT_PROCESSED) === 0 || code !== 0;
    default:
      return true;
  }
}

function refuse(violation: Violation, header: FrameHeader): never {
  throw new ProtocolError(violation, describeFrame(header));
}

function read32(bytes: Buffer, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  );
}

function read16(bytes: Buffer, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function write32(bytes: Buffer, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

function write16(bytes: Buffer, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}
