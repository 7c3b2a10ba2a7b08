import { Buffer } from 'node:buffer';
import { hex } from './hex';

// The wire as a naive reader and writer see it: by Node's own Buffer methods, never by src/wire.

export const PREFACE_HEX = '89 46 49 4f 0d 0a 1a 0a';

/** Version 1 only, 4 MiB messages, 1 024 streams, a PING every 10 s, no capabilities, no options. */
const HELLO_PAYLOAD = '0001 0001 00400000 00000400 00002710 00000000 0000';
export const CLIENT_HELLO_HEX = `00000016 00000000 01 00 0000 0000 0000 ${HELLO_PAYLOAD}`;
export const SERVER_HELLO_HEX = `00000016 00000000 01 10 0000 0000 0000 ${HELLO_PAYLOAD}`;

/** A frame as it lies on the wire. */
export interface RawFrame {
  readonly length: number;
  readonly stream: number;
  readonly type: number;
  readonly flags: number;
  readonly code: number;
  readonly service: number;
  readonly method: number;
  readonly payload: Buffer;
}

/** Every whole frame of `bytes`, which begin with a frame. */
export function parseFrames(bytes: Buffer): RawFrame[] {
  const frames: RawFrame[] = [];
  let at = 0;
  while (at + 16 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    if (at + 16 + length > bytes.length) break;
    frames.push({
      length,
      stream: bytes.readUInt32BE(at + 4),
      type: bytes.readUInt8(at + 8),
      flags: bytes.readUInt8(at + 9),
      code: bytes.readUInt16BE(at + 10),
      service: bytes.readUInt16BE(at + 12),
      method: bytes.readUInt16BE(at + 14),
      payload: Buffer.from(bytes.subarray(at + 16, at + 16 + length)),
    });
    at += 16 + length;
  }
  return frames;
}

/** One frame, its length counted; for payloads too long to write by hand. */
export function rawFrame(frame: Partial<Omit<RawFrame, 'length'>>): Buffer {
  const payload = frame.payload ?? Buffer.alloc(0);
  const header = Buffer.alloc(16);
  header.writeUInt32BE(payload.length, 0);
  header.writeUInt32BE(frame.stream ?? 0, 4);
  header.writeUInt8(frame.type ?? 0, 8);
  header.writeUInt8(frame.flags ?? 0, 9);
  header.writeUInt16BE(frame.code ?? 0, 10);
  header.writeUInt16BE(frame.service ?? 0, 12);
  header.writeUInt16BE(frame.method ?? 0, 14);
  return Buffer.concat([header, payload]);
}

/** The text (tag 5) of an options block that is the last thing in `payload`; '' when it has none. */
export function textOf(payload: Buffer, optionsAt: number): string {
  let at = optionsAt + 2;
  while (at + 3 <= payload.length) {
    const size = payload.readUInt16BE(at + 1);
    if (payload.readUInt8(at) === 5) return payload.toString('utf8', at + 3, at + 3 + size);
    at += 3 + size;
  }
  return '';
}

/** What a GOAWAY says: status, last stream, the text. */
export function readGoaway(frame: RawFrame): { code: number; lastStream: number; text: string } {
  const lastStream = frame.payload.readUInt32BE(0);
  return { code: frame.code, lastStream, text: textOf(frame.payload, 8) };
}

/** Preface and HELLO of a well-behaved client. */
export function clientOpening(): Buffer {
  return hex(`${PREFACE_HEX} ${CLIENT_HELLO_HEX}`);
}

/** Preface and HELLO of a well-behaved server. */
export function serverOpening(): Buffer {
  return hex(`${PREFACE_HEX} ${SERVER_HELLO_HEX}`);
}
