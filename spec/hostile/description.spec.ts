import { expect } from 'chai';
import {
  type KindNumber,
  LabelNumber,
  RpcError,
  serviceFromDescription,
  StatusCode,
  type DescribeReply,
  type FieldDescription,
  type MethodDescription,
} from '../../src/rpc/index';
import type { MessageCodec } from '../../src/wire/codec';
import { decode, encode } from '../idl/support/run';
import type { Value } from '../idl/support/load';

describe('a description by a hostile server', () => {
  const REFUSED: [what: string, reply: DescribeReply, text: RegExp][] = [
    ['a message that is missing', reply({ output: 'm.N' }), /the message "m\.N" is missing/],
    ['a type that is missing', of(field({ type: '.m.N' })), /the type "m\.N" is missing/],
    ['a type that is none', of(field({ type: 'constructor' })), /"constructor" is no type/],
    ['a label that is none', of(field({ label: 9 as LabelNumber })), /the label 9 is not known/],
    ['a key that is none', of(field({ label: LabelNumber.MAP, key: 'double' })), /no type of keys/],
    ['numbers that fall', of(field({ number: 2 }), field({ name: 'b' })), /do not ascend/],
    ['a number 0', of(field({ number: 0 })), /do not ascend/],
    ['two fields of a name', of(field({}), field({ name: 'A', number: 2 })), /two are named "a"/],
    ['a field without a name', of(field({ name: '' })), /"" is no name/],
    ['a name of nothing', of(field({ name: '__' })), /"__" is no name/],
    ['a name with a line end', of(field({ name: 'a\nb' })), /"a\\nb" is no name/],
    ['a list in a oneof', of(field({ oneof: 'o', label: LabelNumber.REPEATED })), /no case/],
    ['a case of a high number', of(field({ oneof: 'o', number: 70_000 })), /no case/],
    ['a method of no kind', reply({ kind: 8 as KindNumber }), /of a kind that is not known/],
    ['a method of no number', reply({ id: 0 }), /has no number of its own/],
    ['a method of a high number', reply({ id: 65_536 }), /has no number of its own/],
    ['a method without a name', reply({ name: '' }), /"" is no name/],
  ];
  for (const [what, description, text] of REFUSED) {
    it(`is refused for ${what}`, () => {
      expect(() => serviceFromDescription(description, 'm.S'))
        .to.throw(RpcError, text)
        .with.property('code', StatusCode.INTERNAL);
    });
  }

  it('is refused for two methods of one number', () => {
    const { services, ...types } = reply({});
    const methods = [method({}), method({ name: 'Tell' })];
    const twice = { ...types, services: services.map((one) => ({ ...one, methods })) };
    expect(() => serviceFromDescription(twice, 'm.S')).to.throw(/"Tell" has no number of its own/);
  });

  it('shows a long name in short', () => {
    const name = 'x'.repeat(1_000_000);
    const error = thrownBy(() => serviceFromDescription(reply({ input: name }), 'm.S'));
    expect(error.message.length).to.be.below(300);
  });

  it('may have names that mean something in JavaScript', () => {
    const names = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty'];
    const codec = codecOf(of(...names.map((name, i) => field({ name, number: i + 1 }))));
    // A value without them has none of them, whatever all objects have.
    expect(decode(codec, encode(codec, {}))).to.deep.equal(
      Object.fromEntries(
        ['proto', 'constructor', 'toString', 'valueOf', 'hasOwnProperty'].map((name) => [name, 0]),
      ),
    );
    expect(Reflect.get({}, 'proto')).to.equal(undefined);
  });

  it('may name a method then, or like what all objects have', () => {
    const service = serviceFromDescription(reply({ name: 'constructor' }), 'm.S');
    expect(Object.keys(service.methods)).to.deep.equal(['constructor']);
  });

  it('may have messages that hold themselves', () => {
    const codec = codecOf(of(field({ type: '.m.M' })));
    const value = { a: { a: { a: undefined } } };
    expect(decode(codec, encode(codec, value))).to.deep.equal(value);
    const circle: Value = {};
    circle.a = circle;
    expect(() => encode(codec, circle)).to.throw(/messages nest deeper than 32/);
  });

  it('may have a chain of messages longer than the stack', () => {
    const length = 100_000;
    const messages = Array.from({ length }, (_, i) => ({
      name: i === 0 ? 'm.M' : `m.M${i}`,
      comment: '',
      errorId: 0,
      errorCode: 0,
      fields: i === length - 1 ? [] : [field({ type: `.m.M${i + 1}` })],
    }));
    const codec = codecOf({ ...reply({}), messages });
    expect(decode(codec, encode(codec, { a: { a: {} } }))).to.deep.equal({
      a: { a: { a: undefined } },
    });
  });
});

function method(init: Partial<MethodDescription>): MethodDescription {
  const types = { input: 'm.M', output: 'm.M' };
  return { name: 'Ask', id: 1, kind: 0, idempotency: 0, comment: '', ...types, ...init };
}

/** Of a service with one method. */
function reply(init: Partial<MethodDescription>, fields: FieldDescription[] = []): DescribeReply {
  return {
    services: [{ name: 'm.S', id: 9, comment: '', methods: [method(init)] }],
    messages: [{ name: 'm.M', comment: '', fields, errorId: 0, errorCode: 0 }],
    enums: [],
  };
}

/** Of a service whose message has these fields. */
function of(...fields: FieldDescription[]): DescribeReply {
  return reply({}, fields);
}

function field(init: Partial<FieldDescription>): FieldDescription {
  const plain = { key: '', oneof: '', jsNumber: false, comment: '' };
  return { name: 'a', number: 1, type: 'int32', label: LabelNumber.SINGLE, ...plain, ...init };
}

function codecOf(description: DescribeReply): MessageCodec<Value> {
  return serviceFromDescription(description, 'm.S').methods.ask!.input as MessageCodec<Value>;
}

function thrownBy(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
