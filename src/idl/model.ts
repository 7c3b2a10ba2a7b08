import type { Place } from './source';

/*
 * What the .proto files say, after every check: names are resolved, ids are known, fields stand in
 * the sequence they have on the wire. Emitters read this and nothing else.
 */

export interface Model {
  readonly files: readonly ModelFile[];
}

export interface ModelFile {
  /** As other files import it: `wallet/wallet.proto`. */
  readonly name: string;
  /** The package's name, '' if there is none. */
  readonly package: string;
  /** All messages, an outer one before those inside it, else as declared. */
  readonly messages: readonly MessageType[];
  readonly enums: readonly EnumType[];
  readonly services: readonly Service[];
}

interface Documented {
  /** The comment on it, '' if there is none; lines are separated by \n. */
  readonly doc: string;
  readonly deprecated: boolean;
}

/** Something with a name of its own in the IDL. */
export interface Declared extends Documented {
  /** The name of the file that declares it. */
  readonly file: string;
  /** With the package: `shop.Order.Line`. */
  readonly fullName: string;
  /** Without the package: `['Order', 'Line']`. */
  readonly path: readonly string[];
  /** Where its name is written. */
  readonly place: Place;
}

export interface MessageType extends Declared {
  readonly kind: 'message';
  /** The detail of a typed error: then every service of the package may end a call with it. */
  readonly error: ErrorIds | undefined;
  /** In the sequence they have on the wire: a oneof stands in its lowest number's place. */
  readonly members: readonly Member[];
}

export interface ErrorIds {
  /** u16, unique in the package. */
  readonly id: number;
  /** The status that a call ends with. */
  readonly code: number;
}

export type Member = Field | Oneof;

export interface Field extends Documented {
  readonly kind: 'field';
  /** As in the IDL: `wallet_name`. */
  readonly name: string;
  readonly number: number;
  readonly label: Label;
  /** Of the value; of each element or of a map's values. */
  readonly type: ValueType;
  /** Of a map's keys. */
  readonly key: ScalarType | undefined;
  readonly place: Place;
}

/**
 * A `single` scalar or enum is always there; a `single` message is not, it is marked `optional`
 * like a field that says so. A case of a oneof is `single`.
 */
export type Label = 'single' | 'optional' | 'repeated' | 'map';

export interface Oneof extends Documented {
  readonly kind: 'oneof';
  readonly name: string;
  /** In ascending number; at least one. */
  readonly cases: readonly Field[];
  readonly place: Place;
}

export type ValueType = ScalarType | EnumType | MessageType;

export interface ScalarType {
  readonly kind: 'scalar';
  readonly name: ScalarName;
  /** `[jstype = JS_NUMBER]`: a 64-bit integer that programs see as a number. */
  readonly isJsNumber: boolean;
}

export type ScalarName =
  | 'bool'
  | 'int32'
  | 'sint32'
  | 'sfixed32'
  | 'uint32'
  | 'fixed32'
  | 'int64'
  | 'sint64'
  | 'sfixed64'
  | 'uint64'
  | 'fixed64'
  | 'float'
  | 'double'
  | 'string'
  | 'bytes';

export interface EnumType extends Declared {
  readonly kind: 'enum';
  /** As declared; the first is 0. */
  readonly values: readonly EnumValue[];
}

export interface EnumValue extends Documented {
  readonly name: string;
  readonly number: number;
  readonly place: Place;
}

export interface Service extends Declared {
  /** u16, unique in a run. */
  readonly id: number;
  readonly methods: readonly Method[];
}

export type MethodKind = 'unary' | 'server-streaming' | 'client-streaming' | 'bidirectional';
export type Idempotency = 'unsafe' | 'idempotent' | 'keyed';

export interface Method extends Documented {
  /** As in the IDL: `ReadBalance`. */
  readonly name: string;
  /** u16, unique in its service. */
  readonly id: number;
  readonly kind: MethodKind;
  readonly idempotency: Idempotency;
  readonly input: MessageType;
  readonly output: MessageType;
  readonly place: Place;
}
