import { expect } from 'chai';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { messageFromJson } from '../../bin/fio/json/from-json';
import { JsonError } from '../../bin/fio/json/json-error';
import { JsonTypes } from '../../bin/fio/json/json-types';
import { messageToJson, type ToJsonOptions } from '../../bin/fio/json/to-json';
import {
  serviceFromDescription,
  type DescribeReply,
  type DynamicMessage,
  type ServiceDesc,
} from '../../src/rpc/index';
import { describeServices } from '../../src/rpc/server/describe';
import type { MessageCodec } from '../../src/wire/codec';
import { modelOf } from '../idl/support/compile';
import { GeneratedFolder, type Value } from '../idl/support/load';
import { schemas, toProto, type FieldSpec, type Schema } from '../idl/support/schema';
import { decode, encode } from '../idl/support/run';
import { valuesOf } from '../idl/support/values';
import { SHOP_PROTO } from './support/shop';

const SCHEMAS = 30;
const VALUES_PER_SCHEMA = 8;

/** protobufjs has no type for it. */
const Long = protobuf.util.Long as unknown as {
  fromString(text: string, isUnsigned: boolean): unknown;
};

const cases = schemas.map(withBigIntegers).chain((schema) =>
  fc.record({
    schema: fc.constant(schema),
    values: fc.array(valuesOf(schema, 0), { minLength: 1, maxLength: VALUES_PER_SCHEMA }),
  }),
);

describe('messages as JSON', function () {
  this.timeout(30_000);
  const folder = new GeneratedFolder();
  after(() => folder.remove());

  function descriptionOf(proto: string): DescribeReply {
    const module: object = folder.load(modelOf({ 'a.proto': proto }).model);
    const services = Object.values(module).filter(
      (one): one is ServiceDesc => 'methods' in (one as object),
    );
    return describeServices(services);
  }

  /** Runs a check on our JSON and on that of protobufjs. */
  function check(
    run: (
      types: JsonTypes,
      twin: protobuf.Type,
      value: Value,
      init: { readonly schema: Schema; readonly codec: MessageCodec<Value> },
    ) => void,
  ): void {
    fc.assert(
      fc.property(cases, ({ schema, values }) => {
        const proto = toProto(schema);
        const reply = descriptionOf(`${proto}\nservice S { rpc Ask (M0) returns (M0); }`);
        const types = new JsonTypes(reply);
        const codec = serviceFromDescription(reply, 'S').methods.ask!.input as MessageCodec<Value>;
        const twin = protobuf.parse(proto, { keepCase: true }).root.lookupType('M0');
        for (const value of values) run(types, twin, value, { schema, codec });
      }),
      { numRuns: SCHEMAS },
    );
  }

  it('are those of protobufjs', () => {
    check((types, twin, value, { schema }) => {
      const ours = messageToJson(types, 'M0', value, { usesProtoNames: true });
      const theirs = twin.toObject(
        twin.create(forTwin(schema, 0, value)),
        protobuf.util.toJSONOptions,
      );
      expect(comparable(ours)).to.deep.equal(comparable(theirs));
    });
  });

  it('are read as they were when protobufjs has read and written them', () => {
    check((types, twin, value, { codec }) => {
      const whole = (message: DynamicMessage) => decode(codec, encode(codec, message));
      const expected = withoutSigns(whole(value));
      const text = JSON.stringify(messageToJson(types, 'M0', value));
      expect(whole(messageFromJson(types, 'M0', JSON.parse(text)))).to.deep.equal(expected);
      // Read from text, as JSON is: a number -0 would come through with its sign.
      const forTheirs = JSON.stringify(messageToJson(types, 'M0', value, { usesProtoNames: true }));
      const theirs = twin.fromObject(JSON.parse(forTheirs) as Record<string, unknown>);
      expect(whole(messageFromJson(types, 'M0', theirs.toJSON()))).to.deep.equal(expected);
    });
  });

  describe('by hand', () => {
    let types: JsonTypes;
    before(() => (types = new JsonTypes(descriptionOf(SHOP_PROTO))));
    const read = (json: string): DynamicMessage =>
      messageFromJson(types, 'shop.Thing', JSON.parse(json) as unknown);
    const write = (message: DynamicMessage, options?: ToJsonOptions): string =>
      JSON.stringify(messageToJson(types, 'shop.Thing', message, options));

    const PAIRS: [what: string, json: string, message: DynamicMessage][] = [
      ['integers of 64 bits', '{"big":"-9223372036854775808"}', { big: -(2n ** 63n) }],
      ['names in camel case', '{"shortName":"a"}', { shortName: 'a' }],
      ['bytes', '{"blob":"+/8="}', { blob: Uint8Array.of(0xfb, 0xff) }],
      ['enums', '{"colour":"GREEN"}', { colour: 5 }],
      ['enums that have no name', '{"colour":7}', { colour: 7 }],
      ['maps', '{"flags":{"-5":true}}', { flags: new Map([[-5n, true]]) }],
      [
        'a key of JavaScript',
        '{"parts":{"__proto__":{}}}',
        { parts: new Map([['__proto__', {}]]) },
      ],
      ['oneofs', '{"text":""}', { choice: { case: 'text', value: '' } }],
      ['what is no number', '{"amount":"NaN"}', { choice: { case: 'amount', value: NaN } }],
      ['floats, short', '{"ratio":0.1}', { ratio: Math.fround(0.1) }],
    ];
    for (const [what, json, message] of PAIRS) {
      it(`have ${what}`, () => {
        expect(read(json)).to.deep.equal(message);
        expect(write(message)).to.equal(json);
      });
    }

    const ALSO: [what: string, json: string, message: DynamicMessage][] = [
      ['names of the .proto', '{"short_name":"a"}', { shortName: 'a' }],
      ['numbers for 64 bits', '{"big":5}', { big: 5n }],
      ['strings for numbers', '{"numbers":["7", "1e2", 3.0]}', { numbers: [7, 100, 3] }],
      ['base64 of addresses, without padding', '{"blob":"-_8"}', { blob: Uint8Array.of(251, 255) }],
      ['numbers for enums', '{"colour":5}', { colour: 5 }],
      ['null for nothing', '{"big":null,"part":null}', {}],
    ];
    for (const [what, json, message] of ALSO) {
      it(`may have ${what}`, () => expect(read(json)).to.deep.equal(message));
    }

    it('leave out defaults when they are told to', () =>
      expect(
        write(
          { shortName: '', big: 0n, numbers: [], colour: 0, maybe: 0 },
          { omitsDefaults: true },
        ),
      ).to.equal('{"maybe":0}'));

    const WRONG: [json: string, text: string][] = [
      ['{"shortName":7}', 'shortName: a string is wanted, not 7'],
      ['[]', 'shop.Thing: an object { … } is wanted, not []'],
      [
        '{"part":{"parts":[{},{"name":false}]}}',
        'part.parts[1].name: a string is wanted, not false',
      ],
      ['{"parts":{"a":1}}', 'parts["a"]: an object { … } is wanted, not 1'],
      ['{"flags":{"x":true}}', 'flags["x"]: a whole number (int64) is wanted, not "x"'],
      ['{"numbers":[-1]}', 'numbers[0]: a whole number from 0 to 4294967295 is wanted, not -1'],
      ['{"numbers":[1.5]}', 'numbers[0]: a whole number (uint32) is wanted, not 1.5'],
      ['{"numbers":5}', 'numbers: an array [ … ] is wanted, not 5'],
      ['{"numbers":[null]}', 'numbers[0]: a whole number (uint32) is wanted, not null'],
      [
        '{"big":9007199254740993}',
        'big: a number of that length in quotes is wanted, not 9007199254740992',
      ],
      ['{"blob":"a"}', 'blob: bytes in base64 is wanted, not "a"'],
      ['{"colour":"GREE"}', "colour: there is no value 'GREE'; did you mean 'GREEN'?"],
      ['{"text":"a","amount":1}', 'amount: another of choice is there'],
      ['{"shortName":"a","short_name":"b"}', 'short_name: it is there twice'],
      ['{"shortNam":"a"}', "shop.Thing has no field 'shortNam'; did you mean 'shortName'?"],
      [
        '{"constructor":1}',
        "shop.Thing has no field 'constructor'; there are shortName, big, blob, colour, part, numbers, parts, flags, …",
      ],
      ['{"ratio":1e39}', 'ratio: a number that float holds is wanted, not 1e+39'],
    ];
    for (const [json, text] of WRONG) {
      it(`are refused: ${json}`, () =>
        expect(() => read(json))
          .to.throw(JsonError)
          .with.property('message', text));
    }

    it('are refused when they nest too deep', () => {
      const json =
        '{"part":{"parts":['.repeat(1) + '{"parts":['.repeat(40) + ']}'.repeat(40) + ']}}';
      expect(() => read(json)).to.throw(JsonError, /messages nest deeper than 32$/);
    });
  });
});

/** Numbers of 64 bits are bigints for who has only a description. */
function withBigIntegers(schema: Schema): Schema {
  const field = (one: FieldSpec): FieldSpec =>
    one.type.kind === 'scalar' ? { ...one, type: { ...one.type, jsNumber: false } } : one;
  return {
    messages: schema.messages.map((message) => ({
      ...message,
      members: message.members.map((member) =>
        member.kind === 'field' ? field(member) : { ...member, cases: member.cases.map(field) },
      ),
    })),
  };
}

/** The properties of a message of protobufjs. */
function forTwin(schema: Schema, index: number, value: Value): Record<string, unknown> {
  const twin: Record<string, unknown> = {};
  for (const member of schema.messages[index]!.members) {
    const found = value[member.ts];
    if (found === undefined) continue;
    if (member.kind === 'field') {
      twin[member.proto] = fieldForTwin(schema, member, found);
    } else {
      const { case: name, value: chosen } = found as { case: string; value: unknown };
      const field = member.cases.find((one) => one.ts === name)!;
      twin[field.proto] = valueForTwin(schema, field, chosen);
    }
  }
  return twin;
}

function fieldForTwin(schema: Schema, field: FieldSpec, value: unknown): unknown {
  if (field.label === 'repeated') {
    return (value as unknown[]).map((one) => valueForTwin(schema, field, one));
  }
  if (field.label !== 'map') return valueForTwin(schema, field, value);
  const entries = [...(value as Map<unknown, unknown>)];
  return Object.fromEntries(
    entries.map(([key, one]) => [String(key), valueForTwin(schema, field, one)]),
  );
}

function valueForTwin(schema: Schema, { type }: FieldSpec, value: unknown): unknown {
  if (type.kind === 'message') return forTwin(schema, type.index, value as Value);
  if (typeof value !== 'bigint') return value;
  const isUnsigned = type.kind === 'scalar' && /^(uint|fixed)/.test(type.name);
  return Long.fromString(String(value), isUnsigned);
}

/** JSON has no negative zero. */
function withoutSigns(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (value instanceof Map) {
    return new Map([...(value as Map<unknown, unknown>)].map(([k, v]) => [k, withoutSigns(v)]));
  }
  if (Array.isArray(value)) return value.map(withoutSigns);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutSigns(one)]));
}

/**
 * JSON without lists and maps that are empty, which protobufjs leaves out, and with floats as they
 * are held: theirs have all the digits of a double.
 */
function comparable(json: unknown): unknown {
  if (typeof json === 'number') return Number.isInteger(json) ? json + 0 : Math.fround(json);
  if (Array.isArray(json)) return json.map(comparable);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json)
    .map(([key, value]) => [key, comparable(value)] as const)
    .filter(([, value]) => typeof value !== 'object' || Object.keys(value as object).length > 0);
  return Object.fromEntries(entries);
}
