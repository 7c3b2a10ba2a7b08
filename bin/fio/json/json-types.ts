import { camelCase } from '../../../src/idl/names';
import type { DescribeReply, FieldDescription, LabelNumber } from '../../../src/rpc/index';

/** A message as JSON has it. */
export interface JsonMessage {
  readonly name: string;
  /** In the sequence of the description. */
  readonly fields: readonly JsonField[];
  /** By each of the names that JSON may have for them. */
  readonly byName: ReadonlyMap<string, JsonField>;
}

export interface JsonField {
  /** `wallet_name` */
  readonly protoName: string;
  /** `walletName`, as proto3's JSON has it. */
  readonly jsonName: string;
  /** What the field, or the oneof that it is a case of, is called in a message of the program. */
  readonly property: string;
  /** The name of the case, in a oneof. */
  readonly caseName: string | undefined;
  readonly label: LabelNumber;
  readonly key: string;
  readonly value: JsonValueType;
}

export type JsonValueType =
  | { readonly kind: 'scalar'; readonly type: string }
  | { readonly kind: 'enum'; readonly values: EnumNames }
  | { readonly kind: 'message'; readonly name: string };

export interface EnumNames {
  readonly byNumber: ReadonlyMap<number, string>;
  readonly byName: ReadonlyMap<string, number>;
}

/** The types of a description, for messages in JSON. What does not hold together, is refused before. */
export class JsonTypes {
  private readonly fields: ReadonlyMap<string, readonly FieldDescription[]>;
  private readonly enums: ReadonlyMap<string, EnumNames>;
  private readonly made = new Map<string, JsonMessage>();

  constructor({ messages, enums }: DescribeReply) {
    this.fields = new Map(messages.map((one) => [one.name, one.fields]));
    this.enums = new Map(
      enums.map(({ name, values }) => {
        // Of several names of one number the first is its name.
        const numbers = [...values].reverse().map((one) => [one.number, one.name] as const);
        const names = values.map((one) => [one.name, one.number] as const);
        return [name, { byNumber: new Map(numbers), byName: new Map(names) }];
      }),
    );
  }

  message(name: string): JsonMessage {
    const found = this.made.get(name);
    if (found !== undefined) return found;
    const fields = (this.fields.get(name) ?? []).map((one) => this.field(one));
    const names = fields.flatMap((one) => [
      [one.protoName, one] as const,
      [one.jsonName, one] as const,
    ]);
    const message = { name, fields, byName: new Map(names) };
    this.made.set(name, message);
    return message;
  }

  private field({ name, type, label, key, oneof }: FieldDescription): JsonField {
    return {
      protoName: name,
      jsonName: jsonName(name),
      property: camelCase(oneof === '' ? name : oneof),
      caseName: oneof === '' ? undefined : camelCase(name),
      label,
      key,
      value: this.valueType(type),
    };
  }

  private valueType(type: string): JsonValueType {
    if (!type.startsWith('.')) return { kind: 'scalar', type };
    const name = type.slice(1);
    const values = this.enums.get(name);
    return values === undefined ? { kind: 'message', name } : { kind: 'enum', values };
  }
}

/** As protoc makes it: an underscore goes, and the letter behind it becomes a capital. */
function jsonName(name: string): string {
  return name.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}
