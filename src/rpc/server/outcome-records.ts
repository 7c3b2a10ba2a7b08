import { Buffer } from 'node:buffer';
import { ByteReader } from '../../wire/byte-reader';
import { ByteWriter } from '../../wire/byte-writer';
import { Argument } from './argument';
import { argumentOf, KeyedRequest } from './keyed-request';
import type { KeyedCall } from './outcome-store';

const ROOM_BYTES = 65_536;
/** A writer that has grown longer is not kept. */
const ROOM_BYTES_MAX = 1_048_576;

/** An outcome that is read back. */
export interface OutcomeRecord {
  readonly call: KeyedCall;
  readonly outcome: Uint8Array;
}

/**
 * Outcomes as bytes, one behind the other, for a store that keeps those of a transaction together:
 * key, caller if there is one, service, method, argument or its hash, outcome.
 */
export class OutcomeRecords {
  private writer = new ByteWriter(Buffer.allocUnsafeSlow(ROOM_BYTES));

  add(call: KeyedCall, outcome: Uint8Array): void {
    const { writer } = this;
    const argument = argumentOf(call);
    writer.bytes(call.key);
    if (writer.present(call.caller !== undefined)) writer.string(call.caller as string);
    writer.u16(call.service);
    writer.u16(call.method);
    writer.bool(argument.isHash);
    writer.bytes(argument.bytes);
    writer.bytes(outcome);
  }

  /** What was added, valid until the next is. */
  take(): Buffer {
    const written = this.writer.written();
    this.clear();
    return written;
  }

  /** Forgets what was added. */
  clear(): void {
    if (this.writer.buffer.length > ROOM_BYTES_MAX) {
      this.writer = new ByteWriter(Buffer.allocUnsafeSlow(ROOM_BYTES));
    } else this.writer.rewind(0);
  }

  /** @throws ProtocolError for bytes that are none */
  static *read(bytes: Buffer): Generator<OutcomeRecord, undefined> {
    const reader = new ByteReader().reset(bytes, 0, bytes.length);
    while (reader.more()) {
      const key = reader.bytes();
      const caller = reader.bool() ? reader.string() : undefined;
      const [service, method, isHash] = [reader.u16(), reader.u16(), reader.bool()];
      const argument = reader.bytes();
      const known = isHash ? Argument.ofHash(argument) : Argument.of(argument, 0, argument.length);
      const call = new KeyedRequest(caller, service, method, key, known);
      yield { call, outcome: reader.bytes() };
    }
  }
}
