import { expect } from 'chai';
import fc from 'fast-check';
import { ModelCodecs } from '../../bin/fio/decode/model-codecs';
import type { MessageCodec } from '../../src/wire/codec';
import { modelOf } from '../idl/support/compile';
import type { Value } from '../idl/support/load';
import { encode, outcome } from '../idl/support/run';
import { schemas, toProto } from '../idl/support/schema';
import { twinOf } from '../idl/support/twin';
import { hex } from '../support/hex';
import { valuesOf } from '../idl/support/values';

const SERVICE = 'service S { option (fio.service) = 9; rpc Do (M0) returns (M0); }';

describe('ModelCodecs', function () {
  this.timeout(30_000);

  it('takes and refuses what the combinators do', () => {
    const cases = schemas.chain((schema) =>
      fc.tuple(fc.constant(schema), valuesOf(schema, 0), fc.nat(), fc.nat(255)),
    );
    fc.assert(
      fc.property(cases, ([schema, value, at, to]) => {
        const { model } = modelOf({ 'a.proto': `${toProto(schema)}\n${SERVICE}` });
        const { output } = new ModelCodecs(model).method(9, 1)!;
        const twin = twinOf(schema)[0]!;
        const bytes = encode(twin, value);
        const broken = Buffer.from(bytes);
        if (broken.length > 0) broken[at % broken.length] = to;
        for (const one of [bytes, broken, bytes.subarray(0, at % (bytes.length + 1))]) {
          const ours = outcome(output as MessageCodec<Value>, one);
          const theirs = outcome(twin, one);
          expect(typeof ours === 'string' ? ours : 'read').to.equal(
            typeof theirs === 'string' ? theirs : 'read',
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('makes JSON of every type', () => {
    const proto =
      'syntax = "proto3"; enum E { A = 0; B = 1; } message N { int32 x = 1; } ' +
      'message M0 { int64 big = 1; bytes raw = 2; E one = 3; E none = 4; repeated N list = 5; ' +
      'map<int32, N> names = 6; oneof o { string s = 7; N n = 8; } optional bool no = 9; ' +
      `double nan = 10; } ${SERVICE}`;
    const { output } = new ModelCodecs(modelOf({ 'a.proto': proto }).model).method(9, 1)!;
    const bytes = hex(
      '7fffffffffffffff 00000002 cafe 00000001 00000009 00000001 00000004 00000005 ' +
        '00000001 00000007 00000004 00000006 0008 00000008 00000004 00000008 00 7ff8000000000000',
    );
    expect(JSON.parse(JSON.stringify(outcome(output as MessageCodec<Value>, bytes)))).to.deep.equal(
      {
        big: '9223372036854775807',
        raw: 'cafe',
        one: 'B',
        none: 9,
        list: [{ x: 5 }],
        names: { 7: { x: 6 } },
        o: { n: { x: 8 } },
        nan: 'NaN',
      },
    );
  });
});
