import type { ByteReader } from '../../wire/byte-reader';
import type { MessageCodec } from '../../wire/codec';
import { DerivedKeys } from '../idempotency-key';
import { Argument } from './argument';

const NO_ARGUMENT = Argument.of(new Uint8Array(0), 0, 0);

type Decoder<T> = Pick<MessageCodec<T>, 'decode'>;

/** What the call of a keyed method has besides what every call has. */
export class KeyedRun {
  /** The request's bytes, as they were sent, uncompressed. */
  argument = NO_ARGUMENT;
  /** What the store has given for this effect. */
  transaction: unknown;
  /** Whether the reply is the outcome for ever. */
  isRemembered = true;
  private derived: DerivedKeys | undefined;

  /** @param key as the client has sent it; undefined when it has not */
  constructor(readonly key: Uint8Array | undefined) {}

  /** The codec, which also keeps what it decodes. To be used at once: there is one for all calls. */
  keeping<T>(codec: Decoder<T>): Decoder<T> {
    KEEPER.codec = codec;
    KEEPER.run = this;
    return KEEPER as Decoder<T>;
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

const KEEPER = {
  codec: undefined as Decoder<unknown> | undefined,
  run: undefined as KeyedRun | undefined,
  decode(reader: ByteReader): unknown {
    const { codec, run } = this;
    this.codec = this.run = undefined;
    if (run !== undefined) run.argument = Argument.of(reader.buffer, reader.offset, reader.end);
    return codec?.decode(reader);
  },
};
