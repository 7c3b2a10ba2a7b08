import type { ByteReader, ByteWriter, Codec } from '../../wire/codec';
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

interface DescribedField extends MessageField {
  /** What all objects have is not given by it: a field may be named `constructor`. */
  readonly isInherited: boolean;
}

/**
 * The codec of a message from a description. Its fields come later than itself, as a message may
 * hold itself; and it checks what it is given, as no compiler has.
 */
export class DescribedMessage implements MessageCodec<DynamicMessage> {
  private fields: readonly DescribedField[] = [];
  bytesMin = 1;

  constructor(readonly name: string) {}

  /** @param fields in the sequence of the wire; none is named __proto__ */
  setFields(fields: readonly MessageField[]): void {
    this.fields = fields.map((field) => ({
      ...field,
      isInherited: field.name in Object.prototype,
    }));
    const sum = fields.reduce((bytes, { codec }) => bytes + codec.bytesMin, 0);
    this.bytesMin = Math.max(1, sum);
  }

  zero(): DynamicMessage {
    return this.create();
  }

  create(init: DynamicMessage = {}): DynamicMessage {
    const value: DynamicMessage = {};
    for (const { name, codec } of this.fields) {
      value[name] = Object.hasOwn(init, name) ? init[name] : codec.zero();
    }
    return value;
  }

  encode(writer: ByteWriter, value: DynamicMessage): void {
    const given: unknown = value;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new TypeError(`an object wanted (${this.name}), got ${kindOf(given)}`);
    }
    const { fields } = this;
    let found = 0;
    let at = 0;
    try {
      for (; at < fields.length; at++) {
        const { name, codec, isInherited } = fields[at] as DescribedField;
        const own = isInherited && !Object.hasOwn(value, name) ? undefined : value[name];
        if (own !== undefined) found++;
        codec.encode(writer, own === undefined ? codec.zero() : own);
      }
    } catch (error) {
      throw inField((fields[at] as DescribedField).name, error);
    }
    if (Object.keys(value).length > found) this.checkNames(value);
  }

  decode(reader: ByteReader): DynamicMessage {
    const value: DynamicMessage = {};
    for (const { name, codec } of this.fields) {
      value[name] = reader.more() ? codec.decode(reader) : codec.zero();
    }
    return value;
  }

  private checkNames(value: DynamicMessage): void {
    const names = this.fields.map((field) => field.name);
    const unknown = Object.keys(value).find((name) => !names.includes(name));
    if (unknown === undefined) return;
    throw new TypeError(`${this.name} has no field '${unknown}'${suggestion(unknown, names)}`);
  }
}

/** An error in a field, with the name before what it says. */
function inField(name: string, error: unknown): ArgumentError {
  if (error instanceof ArgumentError) {
    return new ArgumentError(`${name}.${error.path}`, error.detail, error.cause);
  }
  return new ArgumentError(name, error instanceof Error ? error.message : String(error), error);
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
        throw inField(name, error);
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
