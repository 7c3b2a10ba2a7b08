import type { Buffer } from 'node:buffer';

// The vocabulary of the message system of 2016. Its types keep the assignment's names.

export enum MessageType {
  OI = 0,
  FLW = 1,
  MSG = 2,
  OK = 3,
  ERRO = 4,
  QEM = 5,
  OKQEM = 6,
}

/** What every message begins with. Numbers of 16 bits, sequence and timestamp of 32. */
export interface MessageHeader {
  /** A MessageType, unless it was received and is not known. */
  readonly type: number;
  readonly origin: number;
  readonly destination: number;
  readonly sequence: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** A text, as bytes: it is UTF-8, but the server hands on whatever it is given. */
export interface TextMessage extends MessageHeader {
  readonly type: MessageType.MSG;
  readonly text: Buffer;
}

/** The identifiers of all that are there. */
export interface ListMessage extends MessageHeader {
  readonly type: MessageType.OKQEM;
  readonly clients: readonly number[];
}

export interface PlainMessage extends MessageHeader {
  readonly type: Exclude<MessageType, MessageType.MSG | MessageType.OKQEM>;
}

export type Message = PlainMessage | TextMessage | ListMessage;

/** Bytes of a text. The assignment says characters; what is counted on the wire is bytes. */
export const TEXT_BYTES_MAX = 140;

/** The server's identifier as an origin; all exibidores as a destination. */
export const SERVER_ID = 0;
export const EVERYBODY = 0;

export const EMISSOR_MIN = 1;
export const EMISSOR_MAX = 999;
export const EXIBIDOR_MIN = 1_000;
export const EXIBIDOR_MAX = 1_999;

export type Role = 'emissor' | 'exibidor';

/** What a client with this identifier is; undefined when nobody may have it. */
export function roleOf(id: number): Role | undefined {
  if (id >= EMISSOR_MIN && id <= EMISSOR_MAX) return 'emissor';
  if (id >= EXIBIDOR_MIN && id <= EXIBIDOR_MAX) return 'exibidor';
  return undefined;
}

/**
 * The text that asks an exibidor to end: the assignment leaves the format open. It is a MSG like any
 * other on its way, so servers that do not know it hand it on.
 */
export const END_TEXT = '/fim';
