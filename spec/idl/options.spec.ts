import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Root, parse } from 'protobufjs';
import { ERROR_CODES } from '../../src/idl/error-ids';
import { compileTexts, expectProblem, modelOf, problemsOf, SYNTAX } from './support/compile';

const JS_NUMBER = 'Write JS_NUMBER, or leave jstype out.';
const IDEMPOTENT = 'Write UNSAFE, IDEMPOTENT or KEYED.';

function rpc(options: string, streamOut = ''): string {
  return `message M {} service S { rpc A (M) returns (${streamOut} M) { ${options} } }`;
}

describe('the options of a .proto', () => {
  const jsFields = 'jstype is for fields of 64-bit integers, not for maps';
  const wrong: [what: string, marked: string, text: string, advice: string][] = [
    [
      'an unknown one of the file',
      'option «foo» = 1;',
      'the option foo is not known here',
      'Remove it, or check its spelling.',
    ],
    [
      "another one's extension",
      'message M { int32 a = 1 [«(foo.bar)» = { a: 1 b: [2, 3] }, deprecated = true]; }',
      'the option (foo.bar) is not known here',
      'Remove it; known here: deprecated, jstype, json_name, packed, lazy, ctype, debug_redact.',
    ],
    [
      'one that belongs elsewhere',
      rpc('option «(fio.service)» = 1;'),
      'the option (fio.service) is not known here',
      'It belongs to a service; known here: deprecated, (fio.method), (fio.idempotent).',
    ],
    [
      'one that is set twice',
      'message M { int32 a = 1 [deprecated = true, «deprecated» = false]; }',
      'the option deprecated is set twice',
      'Remove one of the two.',
    ],
    [
      'a flag that is a number',
      'message M { option deprecated = «1»; }',
      'the option deprecated is true or false',
      'Write `deprecated = true`.',
    ],
    [
      'a default',
      'message M { string a = 1 [«default» = "x"]; }',
      'the option default is not known here',
      'Remove it: in proto3 every default is zero, false or empty.',
    ],
    [
      "protobuf's own idempotency",
      rpc('option «idempotency_level» = IDEMPOTENT;'),
      'the option idempotency_level is not known here',
      'Write `option (fio.idempotent) = IDEMPOTENT;`.',
    ],
    [
      'a jstype of a string',
      'message M { string a = 1 [«jstype» = JS_NUMBER]; }',
      jsFields,
      'Remove it.',
    ],
    [
      'a jstype of 32 bits',
      'message M { int32 a = 1 [«jstype» = JS_NUMBER]; }',
      jsFields,
      'Remove it.',
    ],
    [
      'a jstype of a map',
      'message M { map<int64, int64> a = 1 [«jstype» = JS_NUMBER]; }',
      jsFields,
      'Remove it.',
    ],
    [
      '64-bit integers as strings',
      'message M { int64 a = 1 [jstype = «JS_STRING»]; }',
      'a 64-bit integer cannot be a string in the generated code',
      'Leave jstype out for a bigint, or write JS_NUMBER for numbers up to 2^53 - 1.',
    ],
    [
      'an unknown jstype',
      'message M { int64 a = 1 [jstype = «NUMBER»]; }',
      'jstype NUMBER is not known',
      JS_NUMBER,
    ],
    [
      'an unknown idempotency',
      rpc('option (fio.idempotent) = «keyed»;'),
      'keyed does not say what a repeated call does',
      IDEMPOTENT,
    ],
    [
      'an idempotency of Object.prototype',
      rpc('option (fio.idempotent) = «toString»;'),
      'toString does not say what a repeated call does',
      IDEMPOTENT,
    ],
    [
      'a key for a stream',
      rpc('option (fio.idempotent) = «KEYED»;', 'stream'),
      'only a unary call can carry an idempotency key',
      'Write UNSAFE or IDEMPOTENT, or make it a unary method.',
    ],
  ];
  for (const [what, marked, text, advice] of wrong) {
    it(`refuse ${what}`, () => expectProblem(marked, text, advice));
  }

  it("let those of other languages' compilers through", () => {
    const text = 'option java_package = "x"; message M { repeated int32 a = 1 [packed = false]; }';
    expect(problemsOf(text)).to.deep.equal([]);
  });
  it('need no import of fio/options.proto', () => {
    expect(problemsOf(rpc('option (fio.method) = 2;'))).to.deep.equal([]);
  });
  it('may come with an import of fio/options.proto', () => {
    expect(problemsOf(`import "fio/options.proto"; ${rpc('')}`)).to.deep.equal([]);
  });
  it('are not read from fio/options.proto when it is among the files', () => {
    const texts = { 'fio/options.proto': 'syntax = "proto3"; extend X { }', 'a.proto': SYNTAX };
    expect(compileTexts(texts).ok).to.equal(true);
  });

  const methodOf = (text: string) =>
    modelOf({ 'a.proto': SYNTAX + text }).model.files[0]!.services[0]!.methods[0]!;
  for (const [word, idempotency] of [
    ['UNSAFE', 'unsafe'],
    ['IDEMPOTENT', 'idempotent'],
    ['KEYED', 'keyed'],
  ]) {
    it(`understand (fio.idempotent) = ${word}`, () => {
      const method = methodOf(rpc(`option (fio.idempotent) = ${word};`));
      expect(method.idempotency).to.equal(idempotency);
    });
  }
  it('make a method unsafe that says nothing', () => {
    expect(methodOf(rpc('')).idempotency).to.equal('unsafe');
  });
  it('may be written with a dot in front', () => {
    expect(methodOf(rpc('option (.fio.method) = 7;')).id).to.equal(7);
  });
});

describe('fio/options.proto', () => {
  it('tells other tools the options that the compiler knows', () => {
    const path = join(__dirname, '../../src/idl/fio/options.proto');
    const { root } = parse(readFileSync(path, 'utf8'), new Root(), { keepCase: true });
    const fio = root.lookup('fio') as { nested?: Record<string, { toJSON: () => unknown }> };
    const found = Object.entries(fio.nested ?? {}).map(([name, one]) => [name, one.toJSON()]);
    expect(JSON.parse(JSON.stringify(Object.fromEntries(found)))).to.deep.equal({
      service: { type: 'uint32', id: 50101, extend: 'google.protobuf.ServiceOptions' },
      method: { type: 'uint32', id: 50101, extend: 'google.protobuf.MethodOptions' },
      idempotent: { type: 'Idempotency', id: 50102, extend: 'google.protobuf.MethodOptions' },
      Idempotency: { values: { UNSAFE: 0, IDEMPOTENT: 1, KEYED: 2 } },
      error: { type: 'uint32', id: 50101, extend: 'google.protobuf.MessageOptions' },
      code: { type: 'Code', id: 50102, extend: 'google.protobuf.MessageOptions' },
      Code: { values: { OK: 0, ...Object.fromEntries(ERROR_CODES.map((one, i) => [one, i + 1])) } },
    });
  });
});
