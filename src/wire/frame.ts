// The vocabulary of Fio/1: every frame type, flag and header field, each with one sentence.
// Everything else imports this file; it imports nothing. docs/PROTOCOL.md §4 to §6.

/** Bytes of a frame header: one row of a hex dump. */
export const HEADER_SIZE = 16;

/** What a frame is for. A type of 0x80 or more is skipped by who does not know it. */
export enum FrameType {
  /** Versions, limits and capabilities; the first frame of each end. */
  HELLO = 1,
  /** A client begins a call, with the time limit and, if it fits, the whole first message. */
  CALL = 2,
  /** A message or a fragment of one, in either direction. Costs credit. */
  DATA = 3,
  /** The server ends a call: exactly one for every CALL, also after success and CANCEL. */
  END = 4,
  /** The client asks for END. */
  CANCEL = 5,
  /** The receiver of DATA lets its sender send that many bytes more on a stream. */
  CREDIT = 6,
  /** Eight bytes that come back with REPLY: is anybody there? */
  PING = 7,
  /** No new calls (code 0), or: the connection ends here, and why. */
  GOAWAY = 8,
  /** The server's initial metadata, at most once, before its first DATA. */
  META = 9,
}

/** First frame type that a peer may ignore when it does not know it. */
export const FIRST_IGNORABLE_TYPE = 0x80;

/** Bits of the flags byte. 0x40 and 0x80 are ignored. */
export enum Flag {
  /** The client's half is closed: it sends no more messages on this stream. */
  LAST = 0x01,
  /** The message goes on in the stream's next DATA. */
  MORE = 0x02,
  /** A message begins in this frame; tells an empty message from none. */
  MSG = 0x04,
  /** The message that begins here is compressed. */
  COMPRESSED = 0x08,
  /** Sent by the server (HELLO, DATA), or an answer (PING). */
  REPLY = 0x10,
  /** The handler never saw the call: it may be tried again elsewhere. */
  NOT_PROCESSED = 0x20,
}

/** Flags that mean nothing yet and are ignored when set. */
export const IGNORED_FLAGS = 0xc0;

/** Which end of a connection: who dialled, or who accepted. */
export type Role = 'client' | 'server';

/** The sixteen bytes in front of every payload: `struct '!IIBBHHH'`. */
export interface FrameHeader {
  /** u32: bytes after the header, at most 65 536. */
  length: number;
  /** u32: 0 is the connection itself; a call has an odd id. */
  stream: number;
  /** u8: a FrameType, or an unknown one of 0x80 and above. */
  type: number;
  /** u8: bits of Flag. */
  flags: number;
  /** u16: a status in END, CANCEL and GOAWAY, else 0. */
  code: number;
  /** u16: the service, on every frame of a stream; 0 on stream 0. */
  service: number;
  /** u16: the method, likewise. */
  method: number;
}

const FLAG_NAMES: readonly (readonly [Flag, string])[] = [
  [Flag.LAST, 'LAST'],
  [Flag.MORE, 'MORE'],
  [Flag.MSG, 'MSG'],
  [Flag.COMPRESSED, 'COMPRESSED'],
  [Flag.REPLY, 'REPLY'],
  [Flag.NOT_PROCESSED, 'NOT_PROCESSED'],
];

/** The flags by name, `LAST|MSG`; bits without a name in hex; '' for none. */
export function describeFlags(flags: number): string {
  const names = FLAG_NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  const unknown = flags & IGNORED_FLAGS;
  if (unknown !== 0) names.push(`0x${unknown.toString(16)}`);
  return names.join('|');
}

/** The type's name, or `TYPE-0x91` for one without. */
export function describeType(type: number): string {
  const name: string | undefined = FrameType[type];
  return name ?? `TYPE-0x${type.toString(16).padStart(2, '0')}`;
}

/**
 * One line for a person: `CALL stream=1 LAST|MSG 1.2 length=21`. Used by logs, errors and the
 * titles of tests.
 */
export function describeFrame(header: FrameHeader): string {
  const parts = [describeType(header.type), `stream=${header.stream}`];
  const flags = describeFlags(header.flags);
  if (flags !== '') parts.push(flags);
  if (header.code !== 0) parts.push(`code=${header.code}`);
  if (header.stream !== 0) parts.push(`${header.service}.${header.method}`);
  parts.push(`length=${header.length}`);
  return parts.join(' ');
}
