import { expect } from 'chai';
import { compileTexts, SYNTAX } from './support/compile';
import { BEFORE, expectRefused, lockOf } from './support/lock';

describe('the lock file refuses', () => {
  const again = 'Write `= 1` again: the number gives a field its place on the wire.';
  const atEnd = 'older programs expect what is new at the end.';
  const beside = 'Write it as it was, and add a new method beside it.';
  const refused: [what: string, from: string, to: string, text: string, advice: string][] = [
    [
      'a field that is gone',
      'M { int32 a = 1; string b = 2;',
      '«M» { int32 a = 1;',
      'the field `string b = 2` of p.M is gone',
      'Write `string b = 2 [deprecated = true];` in p.M again.',
    ],
    [
      'a field that is gone and its number reserved',
      'M { int32 a = 1; string b = 2;',
      '«M» { int32 a = 1; reserved 2;',
      'the field `string b = 2` of p.M is gone',
      'Write `string b = 2 [deprecated = true];` in p.M again.',
    ],
    [
      'a case that is gone',
      'M { int32 a = 1; string b = 2; oneof o { int32 x = 3; string y = 5; }',
      '«M» { int32 a = 1; string b = 2; oneof o { int32 x = 3; }',
      'the field `string y = 5` of p.M is gone',
      'Write `string y = 5 [deprecated = true];` in the oneof o again.',
    ],
    [
      'another type',
      'int32 a = 1',
      'int64 «a» = 1',
      'p.M.a was `int32 a = 1` and is `int64 a = 1` now',
      'Write `int32` again. For another type add a field with a number above 5.',
    ],
    [
      'another type with the same bytes',
      'int32 a = 1',
      'sint32 «a» = 1',
      'p.M.a was `int32 a = 1` and is `sint32 a = 1` now',
      'Write `int32` again. For another type add a field with a number above 5.',
    ],
    [
      'another type under another name',
      'int32 a = 1',
      'bool «d» = 1',
      'p.M.d was `int32 a = 1` and is `bool d = 1` now',
      'Write `int32` again. For another type add a field with a number above 5.',
    ],
    [
      'another label',
      'int32 a = 1',
      'optional int32 «a» = 1',
      'p.M.a was `int32 a = 1` and is `optional int32 a = 1` now',
      'Write `int32` again. For another type add a field with a number above 5.',
    ],
    [
      'a repeated field that becomes single',
      'repeated int32 c = 4',
      'int32 «c» = 4',
      'p.M.c was `repeated int32 c = 4` and is `int32 c = 4` now',
      'Write `repeated int32` again. For another type add a field with a number above 5.',
    ],
    [
      'another number',
      'int32 a = 1',
      'int32 «a» = 6',
      'p.M.a had the number 1 and has 6 now',
      again,
    ],
    [
      'a field that moves into a oneof',
      'string b = 2; oneof o {',
      'oneof o { string «b» = 2;',
      'p.M.b was in no oneof and is in the oneof o now',
      'Move it back. For a new case add a field with a number above 5.',
    ],
    [
      'a field that moves into a new oneof',
      'string b = 2;',
      'oneof q { string «b» = 2; }',
      'p.M.b was in no oneof and is in the oneof q now',
      'Move it back. For a new case add a field with a number above 5.',
    ],
    [
      'a case that moves out of its oneof',
      'oneof o { int32 x = 3; string y = 5; }',
      'oneof o { int32 x = 3; } string «y» = 5;',
      'p.M.y was in the oneof o and is in no oneof now',
      'Move it back. For a new case add a field with a number above 5.',
    ],
    [
      'a case that moves into another oneof',
      'oneof o { int32 x = 3; string y = 5; }',
      'oneof o { int32 x = 3; } oneof q { string «y» = 5; }',
      'p.M.y was in the oneof o and is in the oneof q now',
      'Move it back. For a new case add a field with a number above 5.',
    ],
    [
      'a new enum number',
      'ONE = 1',
      '«ONE» = 2',
      'p.E.ONE was 1 and is 2 now',
      'Write `ONE = 1;` again.',
    ],
    [
      'an enum value that is gone',
      'E { Z = 0; ONE = 1; }',
      '«E» { Z = 0; }',
      'the value ONE = 1 of p.E is gone',
      'Write `ONE = 1 [deprecated = true];` in the enum again.',
    ],
    [
      'another id of a service',
      'S { option (fio.service) = 7;',
      '«S» { option (fio.service) = 8;',
      'p.S had the id 7 and has 8 now',
      'Write `option (fio.service) = 7;` in it.',
    ],
    [
      'an id of a service that is not written any more',
      'S { option (fio.service) = 7;',
      '«S» {',
      'p.S had the id 7 and has 57337 now',
      'Write `option (fio.service) = 7;` in it.',
    ],
    [
      'another id of a method',
      'rpc A (M) returns (N);',
      'rpc «A» (M) returns (N) { option (fio.method) = 3; }',
      'p.S.A had the id 1 and has 3 now',
      "Write `option (fio.method) = 1;` in it. Without the option, a method's place is its id.",
    ],
    [
      'a method that is gone',
      'S { option (fio.service) = 7; rpc A (M) returns (N); rpc B (M) returns (stream N);',
      '«S» { option (fio.service) = 7; rpc A (M) returns (N);',
      'the method 2, `rpc B(p.M) returns (stream p.N)`, is gone from p.S',
      'Put it back with `option deprecated = true;` in it; its handler may refuse every call.',
    ],
    [
      'a method that takes the id of one that is gone',
      'rpc B (M) returns (stream N)',
      'rpc «C» (M) returns (stream N)',
      "C has the id 2, which was B's",
      'Keep B, and give C an id above 2. If only the name is new, change it in the lock file too.',
    ],
    [
      'a new method before an old one, without ids',
      'rpc B (M)',
      'rpc C (M) returns (M); rpc «B» (M)',
      'p.S.B had the id 2 and has 3 now',
      "Write `option (fio.method) = 2;` in it. Without the option, a method's place is its id.",
    ],
    [
      'another kind',
      'rpc A (M) returns (N)',
      'rpc «A» (M) returns (stream N)',
      '`rpc A(p.M) returns (p.N)` is `rpc A(p.M) returns (stream p.N)` now',
      beside,
    ],
    [
      'another input',
      'rpc A (M) returns (N)',
      'rpc «A» (N) returns (N)',
      '`rpc A(p.M) returns (p.N)` is `rpc A(p.N) returns (p.N)` now',
      beside,
    ],
    [
      'another output',
      'rpc A (M) returns (N)',
      'rpc «A» (M) returns (M)',
      '`rpc A(p.M) returns (p.N)` is `rpc A(p.M) returns (p.M)` now',
      beside,
    ],
  ];
  for (const [what, from, to, text, advice] of refused) {
    it(what, () => expectRefused(from, to, text, advice));
  }

  /** The problems of a message that was one text and is another. */
  const problems = (before: string, after: string): string[] => {
    const lock = lockOf(`${SYNTAX}message M { ${before} }`);
    const result = compileTexts({ 'a.proto': `${SYNTAX}message M { ${after} }` }, lock);
    return result.ok ? [] : result.problems.map((one) => `${one.text}. ${one.advice}`);
  };
  it('two fields that change places, as both', () => {
    expect(problems('int32 a = 1; int32 b = 2;', 'int32 b = 1; int32 a = 2;')).to.deep.equal([
      'M.b had the number 2 and has 1 now. Write `= 2` again: the number gives a field its place on the wire.',
      `M.a had the number 1 and has 2 now. ${again}`,
    ]);
  });
  it('a new field in a gap, telling the next number', () => {
    expect(
      problems('int32 a = 1; int32 b = 5;', 'int32 a = 1; int32 c = 3; int32 b = 5;'),
    ).to.deep.equal([
      `the new field c has the number 3, and M had numbers up to 5 before. Write \`= 6\`, or any number above 5: ${atEnd}`,
    ]);
  });
  it('a new case in a gap, telling a number that no other new field has', () => {
    expect(
      problems('int32 b = 5;', 'oneof o { int32 c = 3; } int32 b = 5; int32 d = 6;'),
    ).to.deep.equal([
      `the new field c has the number 3, and M had numbers up to 5 before. Write \`= 7\`, or any number above 5: ${atEnd}`,
    ]);
  });
  it('a case that becomes the only field', () => {
    expect(problems('oneof o { int32 a = 1; }', 'int32 a = 1;')).to.have.length(1);
  });

  const gone: [what: string, from: string, to: string, text: string][] = [
    [
      'a message that is gone',
      'message N { }',
      'message Nn { }',
      'p.N, one of the messages, is not in the sources any more',
    ],
    [
      'an enum that is gone',
      'enum E',
      'enum Ee',
      'p.E, one of the enums, is not in the sources any more',
    ],
    [
      'a service that is gone',
      'service S',
      'service Ss',
      'p.S, one of the services, is not in the sources any more',
    ],
  ];
  for (const [what, from, to, text] of gone) {
    it(`${what}, at its name in the lock file`, () => {
      const lock = lockOf(BEFORE);
      const after = BEFORE.replace(from, to).replace(
        /\(N\)|\(stream N\)/g,
        from.startsWith('message') ? '(Nn)' : '$&',
      );
      const result = compileTexts({ 'a.proto': after }, lock);
      const [problem] = result.ok ? [] : result.problems.filter((one) => one.text === text);
      const name = text.slice(0, text.indexOf(','));
      expect(problem?.place).to.include({
        offset: lock.indexOf(`"${name}"`),
        length: name.length + 2,
      });
    });
  }
  it('a new package, which is a new name for everything', () => {
    const result = compileTexts(
      { 'a.proto': BEFORE.replace('package p', 'package q') },
      lockOf(BEFORE),
    );
    expect(result.ok ? [] : result.problems).to.have.length(4);
  });
});
