// Codecs as protobufjs' static code generator writes them, here by hand.
import { Reader, Writer } from 'protobufjs/minimal';
import { ITEM_TEXT, type Item } from './call-loop';

export interface WalletRequest {
  readonly wallet: string;
}
export interface BalanceReply {
  readonly value: number;
}
export interface Blob {
  readonly data: Uint8Array;
}
export interface Count {
  readonly items: number;
}

/** Field 1, length-delimited: string wallet. */
export function encodeRequest(request: WalletRequest): Buffer {
  return asBuffer(Writer.create().uint32(0x0a).string(request.wallet).finish());
}

export function decodeRequest(bytes: Buffer): WalletRequest {
  const reader = Reader.create(bytes);
  let wallet = '';
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x0a) wallet = reader.string();
    else reader.skipType(tag & 7);
  }
  return { wallet };
}

/** Field 1, varint: int64 value. */
export function encodeReply(reply: BalanceReply): Buffer {
  return asBuffer(Writer.create().uint32(0x08).int64(reply.value).finish());
}

export function decodeReply(bytes: Buffer): BalanceReply {
  const reader = Reader.create(bytes);
  let value = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x08) value = Number(reader.int64());
    else reader.skipType(tag & 7);
  }
  return { value };
}

/** Field 1, length-delimited: bytes data. */
export function encodeBlob(blob: Blob): Buffer {
  return asBuffer(Writer.create().uint32(0x0a).bytes(blob.data).finish());
}

export function decodeBlob(bytes: Buffer): Blob {
  const reader = Reader.create(bytes);
  let data: Uint8Array = Buffer.alloc(0);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x0a) data = reader.bytes();
    else reader.skipType(tag & 7);
  }
  return { data };
}

/** Field 1, varint: uint32 items. */
export function encodeCount(count: Count): Buffer {
  return asBuffer(Writer.create().uint32(0x08).uint32(count.items).finish());
}

export function decodeCount(bytes: Buffer): Count {
  const reader = Reader.create(bytes);
  let items = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x08) items = reader.uint32();
    else reader.skipType(tag & 7);
  }
  return { items };
}

/** Field 1, varint: uint32 number. Field 2, length-delimited: string text. */
export function encodeItem({ number, text }: Item): Buffer {
  return asBuffer(Writer.create().uint32(0x08).uint32(number).uint32(0x12).string(text).finish());
}

export function decodeItem(bytes: Buffer): Item {
  const reader = Reader.create(bytes);
  let number = 0;
  let text = '';
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x08) number = reader.uint32();
    else if (tag === 0x12) text = reader.string();
    else reader.skipType(tag & 7);
  }
  return { number, text };
}

export function itemOf(number: number): Item {
  return { number, text: ITEM_TEXT };
}

/** Without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
