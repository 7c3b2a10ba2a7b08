import { expect } from 'chai';
import fc from 'fast-check';
import { serviceFromDescription, type ServiceDesc } from '../../src/rpc/index';
import { describeServices } from '../../src/rpc/server/describe';
import type { MessageCodec } from '../../src/wire/codec';
import { modelOf } from '../idl/support/compile';
import { GeneratedFolder, type Value } from '../idl/support/load';
import { decode, encode, outcome } from '../idl/support/run';
import { schemas, toProto } from '../idl/support/schema';
import { valuesOf, withoutUndefined } from '../idl/support/values';

const SCHEMAS = 60;
const VALUES_PER_SCHEMA = 8;
const SERVICE = 'service S { rpc Ask (M0) returns (M0); }';

const cases = schemas.chain((schema) =>
  fc.record({
    schema: fc.constant(schema),
    values: fc.array(valuesOf(schema, 0), { minLength: 1, maxLength: VALUES_PER_SCHEMA }),
  }),
);

describe('a codec from a description', function () {
  this.timeout(60_000);
  const folder = new GeneratedFolder();
  after(() => folder.remove());

  /** Runs a check on the generated code, and on what its own description makes. */
  function check(
    run: (
      generated: MessageCodec<Value>,
      dynamic: MessageCodec<Value>,
      values: readonly Value[],
    ) => void,
  ): void {
    fc.assert(
      fc.property(cases, ({ schema, values }) => {
        const { model } = modelOf({ 'a.proto': `${toProto(schema)}\n${SERVICE}` });
        const module = folder.load(model) as unknown as { S: ServiceDesc; M0: MessageCodec<Value> };
        const service = serviceFromDescription(describeServices([module.S]), 'S');
        run(module.M0, service.methods.ask!.input as MessageCodec<Value>, values);
      }),
      { numRuns: SCHEMAS },
    );
  }

  it('writes the bytes that the generated one writes', () => {
    check((generated, dynamic, values) => {
      for (const value of values) {
        expect(encode(dynamic, value)).to.deep.equal(encode(generated, value));
        const sparse = withoutUndefined(value) as Value;
        expect(encode(dynamic, sparse)).to.deep.equal(encode(generated, value));
      }
    });
  });
  it('reads what the generated one reads', () => {
    check((generated, dynamic, values) => {
      for (const value of values) {
        expect(decode(dynamic, encode(generated, value))).to.deep.equal(value);
      }
    });
  });
  it('takes a message cut anywhere as the generated one does', () => {
    check((generated, dynamic, values) => {
      const bytes = encode(generated, values[0]!);
      for (let length = 0; length <= bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        expect(outcome(dynamic, cut)).to.deep.equal(outcome(generated, cut));
      }
    });
  });
  it('has the same name, defaults and least size', () => {
    check((generated, dynamic) => {
      expect(dynamic.name).to.equal(generated.name);
      expect(dynamic.bytesMin).to.equal(generated.bytesMin);
      expect(dynamic.zero()).to.deep.equal(generated.zero());
      expect(encode(dynamic, {})).to.deep.equal(encode(generated, generated.zero()));
    });
  });
});
