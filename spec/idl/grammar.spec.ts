import { expect } from 'chai';
import { compileTexts, expectProblem } from './support/compile';

const MESSAGE = 'In a message, write a field such as `string text = 1;`.';
const NAME = 'Write a name: letters, digits and _, no digit first.';
const NUMBER = 'Write a whole number in digits, such as 1.';
const SETTING = 'Write its name, `=` and its value, such as `deprecated = true`.';

describe('the grammar of .proto files', () => {
  const wrong: [what: string, marked: string, text: string, advice: string][] = [
    [
      'a semicolon that is missing',
      'message M { int32 a = 1 «int32» b = 2; }',
      '`int32` cannot stand here',
      'Write `;` before it.',
    ],
    [
      'a field without a number',
      'message M { int32 a«;» }',
      '`;` cannot stand here',
      'Write `=` before it.',
    ],
    [
      'a number that is none',
      'message M { int32 a = «x»; }',
      '`x` stands where a number must be',
      NUMBER,
    ],
    [
      'a number with a fraction',
      'message M { int32 a = «1.5»; }',
      '`1.5` stands where a number must be',
      NUMBER,
    ],
    [
      'the second of two equal signs',
      'message M { int32 a = «=» 1; }',
      '`=` stands where a number must be',
      NUMBER,
    ],
    [
      'a number in quotes',
      "message M { int32 a = «'1'»; }",
      "`'1'` stands where a number must be",
      NUMBER,
    ],
    [
      'a name that begins with a digit',
      'message M { int32 «1a» = 1; }',
      '`1a` stands where a name must be',
      NAME,
    ],
    [
      'a name with an accent',
      'message M { int32 «ação» = 1; }',
      '`ação` stands where a name must be',
      NAME,
    ],
    ['a field without a name', 'message M { foo «}»', '`}` stands where a name must be', NAME],
    [
      'a message with a string for a name',
      'message «"x"» {}',
      '`"x"` stands where a message\'s name must be',
      NAME,
    ],
    [
      'a type with a sign in it, behind which protobufjs has read on',
      'message M { repeated «in-t» a = 1; }',
      '`in-t` stands where a type must be',
      'Write a scalar type or the name of a message or an enum; as a key of a map, an integer type, bool or string.',
    ],
    [
      'the key of a map that cannot be one',
      'message M { map<«float», int32> a = 1; }',
      '`float` stands where a type must be',
      'Write a scalar type or the name of a message or an enum; as a key of a map, an integer type, bool or string.',
    ],
    [
      'return instead of returns',
      'service S { rpc A (M) «return» (M); } message M {}',
      '`return` cannot stand here',
      'Write `returns` before it.',
    ],
    [
      'a field in a service',
      'service S { «M» m = 1; }',
      '`M` cannot stand here',
      'In a service, write a method such as `rpc Name (Input) returns (Output);`.',
    ],
    [
      'an rpc in a file',
      '«rpc» A (M) returns (M);',
      '`rpc` cannot stand here',
      'In a file, write a message, an enum or a service, such as `message Name { }`.',
    ],
    [
      'a second package',
      'package a; «package» b;',
      '`package` cannot stand here',
      'Write it once, before the first message, enum or service.',
    ],
    ['a number where a field begins', 'message M { «=» 1; }', '`=` cannot stand here', MESSAGE],
    [
      'the second of two bodies',
      'message M {}«{»}',
      '`{` cannot stand here',
      'In a file, write a message, an enum or a service, such as `message Name { }`.',
    ],
    ['a brace that closes nothing', 'message M { } «}»', 'this `}` closes nothing', 'Remove it.'],
    [
      'a bracket that closes nothing',
      'message M { int32 a = 1; «]» }',
      'this `]` closes nothing',
      'Remove it.',
    ],
    [
      'a brace that is not closed',
      'message M «{» int32 a = 1;',
      'this `{` is not closed',
      'Write `}` where it ends.',
    ],
    [
      'a bracket that is not closed',
      'message M { int32 a = 1 «[»; }',
      'this `[` is not closed',
      'Write `]` where it ends.',
    ],
    [
      'a comment that is not closed',
      'message M {} «/*» int32 a = 1;',
      'this comment has no end',
      'Write `*/` behind it.',
    ],
    [
      'a string that is not closed',
      'import «"»a.proto;\nmessage M {}',
      'this string has no end',
      'Write " behind it, on the same line.',
    ],
    [
      'a message without braces',
      'message «M»;',
      'this message has no braces',
      'Write `message M { }`.',
    ],
    [
      'an option in brackets without a value',
      'message M { int32 a = 1 [«deprecated»]; }',
      'an option has a name and a value',
      SETTING,
    ],
    [
      'an option statement without a value',
      'message M { option «deprecated»; }',
      'an option has a name and a value',
      SETTING,
    ],
    [
      'two labels',
      'message M { «optional» repeated int32 a = 1; }',
      'a field has one label',
      'Leave this word out.',
    ],
    [
      'a map in a map',
      'message M { map<string, «map»<string, int32>> a = 1; }',
      'the values of a map cannot be maps',
      'Put the inner one into a message of its own.',
    ],
    [
      'repeated maps',
      'message M { «repeated» map<string, int32> a = 1; }',
      'a map cannot be `repeated`',
      'Leave this word out.',
    ],
  ];
  for (const [what, marked, text, advice] of wrong) {
    it(`points at ${what}`, () => expectProblem(marked, text, advice));
  }

  it('points behind the last character of a file that ends too early', () => {
    expectProblem('import "b.proto"«\n»', 'the file ends too early', 'Write `;` here.');
  });
  it('is not misled by the same word in a comment', () => {
    expectProblem(
      '/* = */ message M { int32 a /* = x */ = «x»; }',
      '`x` stands where a number must be',
      NUMBER,
    );
  });
  it('takes comments between any two words', () => {
    const text = 'syntax /**/ = "proto3"; message M { int32 // a\n a /* = 5 */ = /* x */ 1 ; }';
    expect(compileTexts({ 'a.proto': text }).ok).to.equal(true);
  });
  it('takes numbers in octal and hexadecimal', () => {
    expectProblem(
      'message M { int32 a = 010; int32 b = «0x8»; }',
      'a has the number 8 already',
      'Write `= 9`, or any other that is free.',
    );
  });
  it('takes a byte order mark and lines that end as in Windows', () => {
    const text = '\uFEFFsyntax = "proto3";\r\nmessage M {\r\n  int32 a = 1;\r\n}\r\n';
    expect(compileTexts({ 'a.proto': text }).ok).to.equal(true);
  });
});

describe('the dialects of .proto files', () => {
  const first = 'Write `syntax = "proto3";` as the first statement.';
  const wrong: [what: string, text: string, offset: number, message: string][] = [
    ['proto2', 'syntax = "proto2"; message M {}', 9, 'syntax "proto2" is not supported'],
    ['an edition', 'edition = "2023"; message M {}', 0, 'editions are not supported'],
    [
      'a file that says nothing',
      '// x\nmessage M {}',
      5,
      'the file does not say its syntax, and so is proto2',
    ],
    ['an empty file', '', 0, 'the file does not say its syntax, and so is proto2'],
  ];
  for (const [what, text, offset, message] of wrong) {
    it(`refuses ${what}`, () => {
      const result = compileTexts({ 'a.proto': text });
      const problems = result.ok ? [] : result.problems;
      expect(problems.map((one) => [one.place.offset, one.text, one.advice])).to.deep.equal([
        [offset, message, first],
      ]);
    });
  }

  const highest = 'Give the message a field of its own, with the highest number yet.';
  const own = 'Put it into a message of its own, and make that the case.';
  const features: [what: string, marked: string, text: string, advice: string][] = [
    [
      'required fields',
      'message M { «required» int32 a = 1; }',
      '`required` is proto2',
      'Leave the word out. Whether a field may be missing is for the program to check.',
    ],
    [
      'groups',
      'message M { optional «group» G = 1 { int32 a = 2; } }',
      'groups are proto2',
      'Declare a message, and a field of its type.',
    ],
    [
      'extensions',
      'message M { «extensions» 4 to 5; }',
      'messages of Fio are not extended from outside',
      highest,
    ],
    [
      'extend',
      'message M {} «extend» M { int32 a = 4; }',
      'messages of Fio are not extended from outside',
      highest,
    ],
    [
      'weak imports',
      'import «weak» "b.proto";',
      'weak imports are not supported',
      'Write `import` alone.',
    ],
    [
      'a oneof without cases',
      'message M { oneof «o» {} }',
      'the oneof o has no case',
      'Give it a field, or remove it.',
    ],
    [
      'a repeated case',
      'message M { oneof o { «repeated» int32 a = 1; } }',
      'a case of a oneof cannot be `repeated`',
      own,
    ],
    [
      'a case that is a map',
      'message M { oneof o { «map»<string, int32> a = 1; } }',
      'a case of a oneof cannot be a map',
      own,
    ],
    [
      'an optional case',
      'message M { oneof o { «optional» int32 a = 1; } }',
      'a case of a oneof cannot be `optional`',
      'Leave the word out: a case is there or not anyway.',
    ],
  ];
  for (const [what, marked, text, advice] of features) {
    it(`refuses ${what}`, () => expectProblem(marked, text, advice));
  }
});
