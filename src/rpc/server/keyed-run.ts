import { hash } from 'node:crypto';
import type { MessageCodec } from '../../wire/codec';
import { DerivedKeys } from '../idempotency-key';

const NO_HASH = new Uint8Array(0);

/** What the call of a keyed method has besides what every call has. */
export class KeyedRun {
  /** SHA-256 of the request's bytes, as they were sent, uncompressed. */
  argumentHash: Uint8Array = NO_HASH;
  /** What the store has given for this effect. */
  transaction: unknown;
  /** Whether the reply is the outcome for ever. */
  isRemembered = true;
  private derived: DerivedKeys | undefined;

  /** @param key as the client has sent it; undefined when it has not */
  constructor(readonly key: Uint8Array | undefined) {}

  /** The codec, which also takes the hash of what it decodes. */
  hashing<T>(codec: MessageCodec<T>): MessageCodec<T> {
    return {
      ...codec,
      decode: (reader) => {
        const { buffer, offset, end } = reader;
        this.argumentHash = hash('sha256', buffer.subarray(offset, end), 'buffer');
        return codec.decode(reader);
      },
    };
  }

  /** The handler starts, for the first time or again: it will make the same calls. */
  begin(transaction: unknown): void {
    this.transaction = transaction;
    this.isRemembered = true;
    this.derived = undefined;
  }

  nextKey(service: number, method: number): Uint8Array | undefined {
    if (this.key === undefined) return undefined;
    this.derived ??= new DerivedKeys(this.key);
    return this.derived.next(service, method);
  }
}
