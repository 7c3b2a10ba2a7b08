import * as codec from '../../wire/codec';
import type { Codec, MessageCodec, MessageField } from '../../wire/codec';
import { LabelNumber, type DescribeReply, type FieldDescription } from '../description';
import { RpcError, StatusCode } from '../status';
import { DescribedMessage, guarded, named, type DynamicMessage } from './described-message';
import { localName } from './local-name';

const SCALARS = new Map<string, Codec<unknown>>(
  Object.entries({
    bool: codec.bool,
    int32: codec.int32,
    sint32: codec.int32,
    sfixed32: codec.int32,
    uint32: codec.uint32,
    fixed32: codec.uint32,
    int64: codec.int64,
    sint64: codec.int64,
    sfixed64: codec.int64,
    uint64: codec.uint64,
    fixed64: codec.uint64,
    float: codec.float,
    double: codec.double,
    string: codec.string,
    bytes: codec.bytes,
  }) as [string, Codec<unknown>][],
);
const NOT_FOR_KEYS: ReadonlySet<string> = new Set(['float', 'double', 'bytes']);
const IDENTIFIER = /^[A-Za-z_]\w*$/;
const U16_MAX = 0xffff;
const SHOWN_CHARS = 60;

/**
 * The messages of a description as codecs. Everything in it is the peer's word: what does not hold
 * together is refused when the codecs are made, before the first call. There is no recursion over
 * the types, so that a chain of them is as long as it likes.
 */
export class DescribedTypes {
  private readonly descriptions: ReadonlyMap<string, readonly FieldDescription[]>;
  private readonly enums: ReadonlySet<string>;
  private readonly codecs = new Map<string, DescribedMessage>();
  /** Messages that something holds and whose own fields have not been looked at. */
  private readonly waiting: DescribedMessage[] = [];

  constructor({ messages, enums }: DescribeReply) {
    this.descriptions = new Map(messages.map((one) => [one.name, one.fields]));
    this.enums = new Set(enums.map((one) => one.name));
  }

  /** @throws RpcError for types that do not hold together, here or anywhere inside */
  message(name: string): MessageCodec<DynamicMessage> {
    const found = this.refer(name);
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) {
      next.setFields(this.fieldsOf(next.name));
    }
    return found;
  }

  private refer(name: string): DescribedMessage {
    let found = this.codecs.get(name);
    if (found === undefined) {
      if (!this.descriptions.has(name)) throw refused(`the message ${shown(name)} is missing`);
      found = new DescribedMessage(name);
      this.codecs.set(name, found);
      this.waiting.push(found);
    }
    return found;
  }

  private fieldsOf(messageName: string): MessageField[] {
    const where = shown(messageName);
    const names = new Set<string>();
    return membersOf(this.descriptions.get(messageName) ?? [], where).map((member) => {
      const place = `${where}, field ${shown(member.name)}`;
      const name = freshName(member.name, names, place);
      if (member.cases === undefined) return { name, codec: this.labelled(member.field, place) };
      const cases = member.cases.map((field) => this.oneofCase(field, names, where));
      const oneof = codec.oneof(member.name, cases) as Codec<unknown>;
      return { name, codec: guarded(oneof, '{ case, value }', isChoice) };
    });
  }

  private oneofCase(field: FieldDescription, names: Set<string>, where: string): codec.OneofCase {
    const place = `${where}, field ${shown(field.name)}`;
    const { number } = field;
    if (number > U16_MAX || field.label !== LabelNumber.SINGLE) {
      throw refused(`${place}: it is no case of a oneof`);
    }
    const name = freshName(field.name, names, place);
    return { number, name, codec: named(name, this.value(field, place)) };
  }

  private labelled(field: FieldDescription, where: string): Codec<unknown> {
    const value = this.value(field, where);
    switch (field.label) {
      case LabelNumber.SINGLE:
        return this.descriptions.has(typeName(field)) ? codec.optional(value) : value;
      case LabelNumber.OPTIONAL:
        return codec.optional(value);
      case LabelNumber.REPEATED:
        return guarded(codec.list(value) as Codec<unknown>, 'an array', Array.isArray);
      case LabelNumber.MAP: {
        const key = NOT_FOR_KEYS.has(field.key) ? undefined : SCALARS.get(field.key);
        if (key === undefined) throw refused(`${where}: ${shown(field.key)} is no type of keys`);
        const map = codec.map(key, value) as Codec<unknown>;
        return guarded(map, 'a Map', (given) => given instanceof Map);
      }
      default:
        throw refused(`${where}: the label ${String(field.label)} is not known`);
    }
  }

  private value(field: FieldDescription, where: string): Codec<unknown> {
    if (field.type.startsWith('.')) {
      const name = typeName(field);
      if (this.descriptions.has(name)) return codec.nested(this.refer(name));
      if (this.enums.has(name)) return codec.enumOf(name);
      throw refused(`${where}: the type ${shown(name)} is missing`);
    }
    const scalar = SCALARS.get(field.type);
    if (scalar === undefined) throw refused(`${where}: ${shown(field.type)} is no type`);
    if (!field.jsNumber) return scalar;
    if (scalar === codec.int64) return codec.int64Number;
    return scalar === codec.uint64 ? codec.uint64Number : scalar;
  }
}

/** Without the dot of a message or enum; '' for a scalar. */
function typeName({ type }: FieldDescription): string {
  return type.startsWith('.') ? type.slice(1) : '';
}

type Member =
  | { readonly name: string; readonly field: FieldDescription; readonly cases?: undefined }
  | { readonly name: string; readonly cases: FieldDescription[] };

/** In the sequence of the wire: a oneof stands in the place of its lowest number. */
function membersOf(fields: readonly FieldDescription[], where: string): Member[] {
  const members: Member[] = [];
  const oneofs = new Map<string, FieldDescription[]>();
  let last = 0;
  for (const field of fields) {
    if (field.number <= last) throw refused(`${where}: the fields' numbers do not ascend`);
    last = field.number;
    const cases = oneofs.get(field.oneof);
    if (field.oneof === '') members.push({ name: field.name, field });
    else if (cases !== undefined) cases.push(field);
    else {
      const first = [field];
      oneofs.set(field.oneof, first);
      members.push({ name: field.oneof, cases: first });
    }
  }
  return members;
}

function isChoice(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && 'case' in value);
}

/**
 * A name in the program's language, from one of the description's that has to be a name.
 * @throws RpcError for one that is none, or is there already
 */
export function freshName(name: string, taken: Set<string>, where: string): string {
  const local = localName(name);
  if (!IDENTIFIER.test(name) || local === '') throw refused(`${where}: ${shown(name)} is no name`);
  if (taken.has(local)) throw refused(`${where}: two are named ${shown(local)}`);
  taken.add(local);
  return local;
}

/** The description does not hold together: nothing can be called by it. */
export function refused(text: string): RpcError {
  return new RpcError(StatusCode.INTERNAL, `the server's description cannot be used: ${text}`, {
    mayHaveActed: false,
  });
}

/** A peer's text, which may be of megabytes and of characters that no log wants. */
export function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text);
}
