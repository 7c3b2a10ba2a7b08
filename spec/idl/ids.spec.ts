import { expect } from 'chai';
import { derivedServiceId } from '../../src/idl/ids';
import { compileTexts, expectProblem, modelOf, SYNTAX } from './support/compile';

const RANGE = 'Write a number from 1 to 65535.';

function services(text: string): { name: string; id: number; methods: [string, number][] }[] {
  return modelOf({ 'a.proto': SYNTAX + text }).model.files.flatMap((file) =>
    file.services.map((service) => ({
      name: service.fullName,
      id: service.id,
      methods: service.methods.map((method) => [method.name, method.id]),
    })),
  );
}

describe('the ids of services and methods', () => {
  // printf hello.DoStuff | sha256sum: 9976584019c2...
  it('derive a service from the SHA-256 of its full name', () => {
    const [service] = services('package hello; service DoStuff {}');
    expect(service?.id).to.equal(0x9976);
  });
  // printf DoStuff | sha256sum: a81b30a62e32...
  it('derive a service without a package from its name alone', () => {
    const [service] = services('service DoStuff {}');
    expect(service?.id).to.equal(0xa81b);
  });
  // printf n.S61180 | sha256sum: 0000....
  it('make 1 of a derived 0', () => {
    expect(derivedServiceId('n.S61180')).to.equal(1);
  });
  it('derive a method from its place', () => {
    const text = 'message M {} service S { rpc A (M) returns (M); rpc B (M) returns (M); }';
    expect(services(text)[0]?.methods).to.deep.equal([
      ['A', 1],
      ['B', 2],
    ]);
  });
  it('count the place over methods with an id of their own', () => {
    const a = 'rpc A (M) returns (M) { option (fio.method) = 9; }';
    const text = `message M {} service S { ${a} rpc B (M) returns (M); }`;
    expect(services(text)[0]?.methods).to.deep.equal([
      ['A', 9],
      ['B', 2],
    ]);
  });
  it('take 1 and 65535', () => {
    const text =
      'service S { option (fio.service) = 1; } service T { option (fio.service) = 65535; }';
    expect(services(text).map((service) => service.id)).to.deep.equal([1, 65535]);
  });

  const wrong: [what: string, marked: string, text: string, advice: string][] = [
    ['service 0', 'service S { option (fio.service) = «0»; }', 'service 0 is built in', RANGE],
    [
      'service 65536',
      'service S { option (fio.service) = «65536»; }',
      '65536 is not an id for a service',
      RANGE,
    ],
    [
      'a service that is no number',
      'service S { option (fio.service) = «"1"»; }',
      '"1" is not an id for a service',
      RANGE,
    ],
    [
      'method 0',
      'message M {} service S { rpc A (M) returns (M) { option (fio.method) = «0»; } }',
      '0 is not an id for a method',
      RANGE,
    ],
    [
      'method 65536',
      'message M {} service S { rpc A (M) returns (M) { option (fio.method) = «65536»; } }',
      '65536 is not an id for a method',
      RANGE,
    ],
    [
      'two services of one id',
      'service S { option (fio.service) = 5; } service T { option (fio.service) = «5»; }',
      'T has the id 5, which S has already',
      'Write `option (fio.service) = N;` with an N that is free, in one of the two.',
    ],
    [
      'an id that another one derives',
      'package hello; service DoStuff { } service T { option (fio.service) = «39286»; }',
      'hello.T has the id 39286, which hello.DoStuff has already',
      'Write `option (fio.service) = N;` with an N that is free, in one of the two.',
    ],
    [
      'two methods of one id',
      'message M {} service S { rpc A (M) returns (M) { option (fio.method) = 2; } rpc «B» (M) returns (M); }',
      'B has the id 2, which A has already',
      'Write `option (fio.method) = N;` with an N that is free, in one of the two.',
    ],
  ];
  for (const [what, marked, text, advice] of wrong) {
    it(`refuse ${what}`, () => expectProblem(marked, text, advice));
  }
  it('name the first of several that have the same', () => {
    const service = (name: string) => `service ${name} { option (fio.service) = 5; }`;
    const result = compileTexts({ 'a.proto': SYNTAX + ['A', 'B', 'C'].map(service).join('\n') });
    expect(result.ok ? [] : result.problems.map((problem) => problem.text)).to.deep.equal([
      'B has the id 5, which A has already',
      'C has the id 5, which A has already',
    ]);
  });
  it('are unique over all files', () => {
    const text = (name: string) => `${SYNTAX}service ${name} { option (fio.service) = 5; }`;
    const result = compileTexts({ 'a.proto': text('A'), 'b.proto': text('B') });
    expect(result.ok ? [] : result.problems.map((problem) => problem.text)).to.deep.equal([
      'B has the id 5, which A has already',
    ]);
  });
});
