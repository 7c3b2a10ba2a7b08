import { expect } from 'chai';
import { expectProblem, problemsOf } from './support/compile';

const NEXT = 'Write `= 2`, or any other that is free.';
const OTHER = 'Choose another number.';
const FIELD = 'Write a number from 1 to 536870911.';
const VALUE = 'Write a number from -2147483648 to 2147483647.';
const OWN = 'Write a number that is not from 19000 to 19999.';
const ALIAS = 'Choose another number, or write `option allow_alias = true;` in the enum.';
const ZERO = 'Write `= 0`, or begin with a value such as `UNKNOWN = 0;`.';

describe('the numbers in a .proto', () => {
  const wrong: [what: string, marked: string, text: string, advice: string][] = [
    ['a field 0', 'message M { int32 a = «0»; }', '0 is not a number for a field', FIELD],
    [
      'a field below 0',
      'message M { int32 a = «-1»; }',
      '`-1` stands where a number must be',
      'Write a whole number in digits, such as 1.',
    ],
    [
      'a field of 2^29',
      'message M { int32 a = «536870912»; }',
      '536870912 is not a number for a field',
      FIELD,
    ],
    ['a field max', 'message M { int32 a = «max»; }', 'max is not a number for a field', FIELD],
    [
      "the first of protobuf's own",
      'message M { int32 a = «19000»; }',
      'protobuf keeps the number 19000 for itself',
      OWN,
    ],
    [
      "the last of protobuf's own",
      'message M { int32 a = «19999»; }',
      'protobuf keeps the number 19999 for itself',
      OWN,
    ],
    [
      'a case above two bytes',
      'message M { oneof o { int32 a = «65536»; } }',
      '65536 is too high for a case of a oneof',
      'Write a number up to 65535: it goes on the wire in two bytes.',
    ],
    [
      'two fields of one number',
      'message M { int32 a = 1; int32 b = «1»; }',
      'a has the number 1 already',
      NEXT,
    ],
    [
      'a field and a case of one number',
      'message M { oneof o { int32 a = 1; } int32 b = «1»; }',
      'a has the number 1 already',
      NEXT,
    ],
    [
      'a reserved number',
      'message M { reserved 2, 4; int32 a = «4»; }',
      'the number 4 is reserved',
      OTHER,
    ],
    [
      'the first of a reserved range',
      'message M { reserved 2 to 5; int32 a = «2»; }',
      'the number 2 is reserved',
      OTHER,
    ],
    [
      'the last of a reserved range',
      'message M { reserved 2 to 5; int32 a = «5»; }',
      'the number 5 is reserved',
      OTHER,
    ],
    [
      'a number in an open range',
      'message M { reserved 100 to max; int32 a = «50000»; }',
      'the number 50000 is reserved',
      OTHER,
    ],
    [
      'a reserved number in a oneof',
      'message M { reserved 2; oneof o { int32 a = «2»; } }',
      'the number 2 is reserved',
      OTHER,
    ],
    [
      'a reserved name',
      'message M { reserved "a", "b"; int32 «b» = 1; }',
      'the name b is reserved',
      'Choose another name.',
    ],
    [
      'an enum that begins with 1',
      'enum E { A = «1»; }',
      'the first value of an enum must be 0: it is what a field has that was not sent',
      ZERO,
    ],
    [
      'an enum without values',
      'enum «E» { }',
      'this enum has no values',
      'Give it a first value, such as `UNKNOWN = 0;`.',
    ],
    [
      'two values of one number',
      'enum E { A = 0; B = 1; C = «1»; }',
      'B has the number 1 already',
      ALIAS,
    ],
    [
      'two values of one number, alias refused',
      'enum E { option allow_alias = false; A = 0; B = «0»; }',
      'A has the number 0 already',
      ALIAS,
    ],
    [
      'a value of 2^31',
      'enum E { A = 0; B = «2147483648»; }',
      '2147483648 is not a number for an enum value',
      VALUE,
    ],
    [
      'a value below -2^31',
      'enum E { A = 0; B = «-2147483649»; }',
      '-2147483649 is not a number for an enum value',
      VALUE,
    ],
    [
      'a reserved value',
      'enum E { reserved -3 to -1; A = 0; B = «-2»; }',
      'the number -2 is reserved',
      OTHER,
    ],
    [
      'a reserved name of a value',
      'enum E { reserved "B"; A = 0; «B» = 1; }',
      'the name B is reserved',
      'Choose another name.',
    ],
  ];
  for (const [what, marked, text, advice] of wrong) {
    it(`refuses ${what}`, () => expectProblem(marked, text, advice));
  }

  const right: [what: string, text: string][] = [
    ['the highest field number', 'message M { int32 a = 536870911; }'],
    ["the numbers beside protobuf's own", 'message M { int32 a = 18999; int32 b = 20000; }'],
    ['the highest number of a case', 'message M { oneof o { int32 a = 65535; } }'],
    [
      'the numbers beside reserved ones',
      'message M { reserved 2 to 5, 8; int32 a = 1; int32 b = 6; int32 c = 9; }',
    ],
    ['the lowest and the highest value', 'enum E { A = 0; B = -2147483648; C = 2147483647; }'],
    ['two values of one number with alias', 'enum E { option allow_alias = true; A = 0; B = 0; }'],
    ['a first value of -0', 'enum E { A = -0; }'],
  ];
  for (const [what, text] of right) {
    it(`takes ${what}`, () => expect(problemsOf(text)).to.deep.equal([]));
  }
});
