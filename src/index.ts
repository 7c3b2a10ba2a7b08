// The package: calls and their two ends, and what generated stubs import.

export * from './rpc/index';
export { addEntry, type Codec, type MessageCodec } from './wire/codec';
