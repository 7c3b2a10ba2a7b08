import { message, type ByteReader, type ByteWriter, type Codec } from '../../wire/codec';
import type { MessageCodec, MessageField } from '../../wire/codec';
import { suggestion } from '../suggestion';

/** A message whose type only the server's description knows. */
export type DynamicMessage = Record<string, unknown>;

/** What a program has given cannot be sent: names the field, from the outermost in. */
export class ArgumentError extends TypeError {
  override readonly name = 'ArgumentError';

  constructor(
    readonly path: string,
    readonly detail: string,
    cause?: unknown,
  ) {
    super(`${path}: ${detail}`, { cause });
  }
}

/**
 * The codec of a message from a description. Its fields come later than itself, as a message may
 * hold itself; and it checks what it is given, as no compiler has.
 */
export class DescribedMessage implements MessageCodec<DynamicMessage> {
  private names: ReadonlySet<string> = new Set();
  private inner: MessageCodec<DynamicMessage>;

  constructor(readonly name: string) {
    this.inner = message(name, []);
  }

  /** @param fields in the sequence of the wire */
  setFields(fields: readonly MessageField[]): void {
    this.names = new Set(fields.map((field) => field.name));
    const checked = fields.map(({ name, codec }) => ({ name, codec: named(name, codec) }));
    this.inner = message(this.name, checked);
  }

  get bytesMin(): number {
    return this.inner.bytesMin;
  }

  zero(): DynamicMessage {
    return this.inner.zero();
  }

  create(init?: DynamicMessage): DynamicMessage {
    return this.inner.create(init);
  }

  encode(writer: ByteWriter, value: DynamicMessage): void {
    const given: unknown = value;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new TypeError(`an object wanted (${this.name}), got ${kindOf(given)}`);
    }
    for (const name of Object.keys(given)) {
      if (this.names.has(name)) continue;
      throw new TypeError(
        `${this.name} has no field '${name}'${suggestion(name, [...this.names])}`,
      );
    }
    // What is not its own, such as `constructor`, is not given.
    this.inner.encode(writer, this.inner.create(value));
  }

  decode(reader: ByteReader): DynamicMessage {
    return this.inner.decode(reader);
  }
}

/** The same codec: what is missing is at its default, and an error tells the name. */
export function named<T>(name: string, codec: Codec<T>): Codec<T> {
  return {
    name: codec.name,
    bytesMin: codec.bytesMin,
    zero: () => codec.zero(),
    encode(writer, value) {
      try {
        codec.encode(writer, value === undefined ? codec.zero() : value);
      } catch (error) {
        if (error instanceof ArgumentError) {
          throw new ArgumentError(`${name}.${error.path}`, error.detail, error.cause);
        }
        throw new ArgumentError(
          name,
          error instanceof Error ? error.message : String(error),
          error,
        );
      }
    },
    decode: (reader) => codec.decode(reader),
  };
}

/** The same codec, for values that are what it can take apart. */
export function guarded<T>(
  codec: Codec<T>,
  wanted: string,
  isRight: (value: unknown) => boolean,
): Codec<T> {
  return {
    name: codec.name,
    bytesMin: codec.bytesMin,
    zero: () => codec.zero(),
    encode(writer, value) {
      if (!isRight(value)) throw new TypeError(`${wanted} wanted, got ${kindOf(value)}`);
      codec.encode(writer, value);
    },
    decode: (reader) => codec.decode(reader),
  };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}
