import type { ScalarName, ScalarType } from '../model';

/** How a scalar is written in TypeScript. */
export interface ScalarCode {
  /** The method of ByteReader and of ByteWriter. */
  readonly method: string;
  readonly type: string;
  /** proto3's default, as an expression. */
  readonly zero: string;
  /** Least bytes on the wire. */
  readonly bytesMin: number;
}

const BOOL: ScalarCode = { method: 'bool', type: 'boolean', zero: 'false', bytesMin: 1 };
const I32: ScalarCode = { method: 'i32', type: 'number', zero: '0', bytesMin: 4 };
const U32: ScalarCode = { method: 'u32', type: 'number', zero: '0', bytesMin: 4 };
const I64: ScalarCode = { method: 'i64', type: 'bigint', zero: '0n', bytesMin: 8 };
const U64: ScalarCode = { method: 'u64', type: 'bigint', zero: '0n', bytesMin: 8 };
const I64_NUMBER: ScalarCode = { method: 'i64Number', type: 'number', zero: '0', bytesMin: 8 };
const U64_NUMBER: ScalarCode = { method: 'u64Number', type: 'number', zero: '0', bytesMin: 8 };
const F32: ScalarCode = { method: 'f32', type: 'number', zero: '0', bytesMin: 4 };
const F64: ScalarCode = { method: 'f64', type: 'number', zero: '0', bytesMin: 8 };
const STRING: ScalarCode = { method: 'string', type: 'string', zero: "''", bytesMin: 4 };
const BYTES: ScalarCode = {
  method: 'bytes',
  type: 'Uint8Array',
  zero: 'new Uint8Array(0)',
  bytesMin: 4,
};

const SCALARS: Readonly<Record<ScalarName, ScalarCode>> = {
  bool: BOOL,
  int32: I32,
  sint32: I32,
  sfixed32: I32,
  uint32: U32,
  fixed32: U32,
  int64: I64,
  sint64: I64,
  sfixed64: I64,
  uint64: U64,
  fixed64: U64,
  float: F32,
  double: F64,
  string: STRING,
  bytes: BYTES,
};

export function scalarCode(scalar: ScalarType): ScalarCode {
  const code = SCALARS[scalar.name];
  if (!scalar.isJsNumber) return code;
  return code === U64 ? U64_NUMBER : I64_NUMBER;
}
