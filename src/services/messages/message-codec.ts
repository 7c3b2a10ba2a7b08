import { Buffer } from 'node:buffer';
import { struct } from '../../wire/struct';
import { MessageType, type Message, type MessageHeader } from './message';

/** Type, origin, destination, sequence, timestamp. */
const HEADER = struct('!HHHII');
/** The length of a text, the number of identifiers, and each of them. */
const SHORT = struct('!H');
const DESTINATION_OFFSET = 4;

/** Bytes with which every message begins. */
export const HEADER_BYTES = HEADER.size;

/** Where the end of such a message is, nobody can know: it is the last one of its connection. */
export class UnknownType extends Error {
  override readonly name = 'UnknownType';

  constructor(readonly header: MessageHeader) {
    super(`there is no message of type ${header.type}`);
  }
}

export function encodeMessage(message: Message): Buffer {
  const { type, origin, destination, sequence, timestamp } = message;
  const header = HEADER.pack(type, origin, destination, sequence, timestamp);
  switch (message.type) {
    case MessageType.MSG:
      return Buffer.concat([header, SHORT.pack(message.text.length), message.text]);
    case MessageType.OKQEM: {
      const ids = message.clients.map((id) => SHORT.pack(id));
      return Buffer.concat([header, SHORT.pack(ids.length), ...ids]);
    }
    default:
      return header;
  }
}

/** The same message to somebody else: a broadcast is encoded once. */
export function readdress(bytes: Buffer, destination: number): Buffer {
  const copy = Buffer.from(bytes);
  SHORT.packInto(copy, DESTINATION_OFFSET, destination);
  return copy;
}

/** How long the message is that begins with these bytes; as `SizeOf`. @throws UnknownType */
export function sizeOfMessage(bytes: Buffer, have: number): number {
  const [type] = SHORT.unpackFrom(bytes);
  if (type > MessageType.OKQEM) throw new UnknownType(decodeHeader(bytes));
  if (type !== MessageType.MSG && type !== MessageType.OKQEM) return HEADER_BYTES;
  const start = HEADER_BYTES + SHORT.size;
  if (have < start) return start;
  const [count] = SHORT.unpackFrom(bytes, HEADER_BYTES);
  return start + count * (type === MessageType.MSG ? 1 : SHORT.size);
}

/** A whole message. What it holds is its own: the bytes may be used again. */
export function decodeMessage(bytes: Buffer): Message {
  const header = decodeHeader(bytes);
  const start = HEADER_BYTES + SHORT.size;
  const type: MessageType = header.type;
  switch (type) {
    case MessageType.MSG:
      return { ...header, type, text: Buffer.from(bytes.subarray(start)) };
    case MessageType.OKQEM: {
      const clients: number[] = [];
      for (let at = start; at < bytes.length; at += SHORT.size)
        clients.push(...SHORT.unpackFrom(bytes, at));
      return { ...header, type, clients };
    }
    default:
      return { ...header, type };
  }
}

function decodeHeader(bytes: Buffer): MessageHeader {
  const [type, origin, destination, sequence, timestamp] = HEADER.unpackFrom(bytes, 0);
  return { type, origin, destination, sequence, timestamp };
}
