import { expect } from 'chai';
import type { Field } from '../../src/idl/model';
import { compileTexts, expectProblem, modelOf, SYNTAX, type Texts } from './support/compile';

const UNKNOWN = 'Declare a message or an enum of this name, or import the file that has it.';
const FIELD = 'Declare a message that has it as its field.';

function fieldsOf(texts: Texts, message: string): Field[] {
  const messages = modelOf(texts).model.files.flatMap((file) => file.messages);
  const found = messages.find((one) => one.fullName === message);
  return found!.members.filter((member) => member.kind === 'field');
}

function typesOf(text: string, message: string): string[] {
  return fieldsOf({ 'a.proto': SYNTAX + text }, message).map(({ type }) =>
    type.kind === 'scalar' ? type.name : type.fullName,
  );
}

function problemTexts(texts: Texts): string[] {
  const result = compileTexts(texts);
  return result.ok
    ? []
    : result.problems.map(({ place, text, advice }) => `${place.source.name}: ${text}. ${advice}`);
}

describe('the types in a .proto', () => {
  const wrong: [what: string, marked: string, text: string, advice: string][] = [
    ['an unknown one', 'message M { «Nope» a = 1; }', 'there is no type Nope', UNKNOWN],
    [
      'an unknown one of a repeated field',
      'message M { repeated «a.Nope» a = 1; }',
      'there is no type a.Nope',
      UNKNOWN,
    ],
    [
      "an unknown one of a map's values",
      'message M { map<string, «Nope»> a = 1; }',
      'there is no type Nope',
      UNKNOWN,
    ],
    [
      'an unknown one of a case',
      'message M { oneof o { «Nope» a = 1; } }',
      'there is no type Nope',
      UNKNOWN,
    ],
    [
      'one written in three words',
      'message M { «a . Nope» b = 1; }',
      'there is no type a.Nope',
      UNKNOWN,
    ],
    ["another language's", 'message M { «int» a = 1; }', 'there is no type int', 'Write `int32`.'],
    [
      'one in the wrong case',
      'message Foo {} message M { «foo» a = 1; }',
      'there is no type foo',
      'Write `Foo`.',
    ],
    [
      'one that is nested elsewhere',
      'message A { message B {} } message M { «B» b = 1; }',
      'there is no type B',
      'Write `A.B`.',
    ],
    [
      'a name of Object.prototype',
      'message M { «constructor» a = 1; }',
      'there is no type constructor',
      UNKNOWN,
    ],
    [
      'a service',
      'service S {} message M { «S» a = 1; }',
      'S is a service',
      'Write the name of a message or an enum.',
    ],
    [
      "an unknown one of a method's input",
      'message M {} service S { rpc A («Nope») returns (M); }',
      'there is no type Nope',
      UNKNOWN,
    ],
    [
      "an unknown one of a method's output",
      'message M {} service S { rpc A (M) returns (stream «Nope»); }',
      'there is no type Nope',
      UNKNOWN,
    ],
    [
      'a scalar of a method',
      'message M {} service S { rpc A (stream «string») returns (M); }',
      'a method takes and returns messages, and string is a scalar',
      FIELD,
    ],
    [
      'an enum of a method',
      'message M {} enum E { A = 0; } service S { rpc A (M) returns («E»); }',
      'a method takes and returns messages, and E is an enum',
      FIELD,
    ],
    [
      'a service of a method',
      'message M {} service S { rpc A (M) returns («S»); }',
      'a method takes and returns messages, and S is a service',
      FIELD,
    ],
  ];
  for (const [what, marked, text, advice] of wrong) {
    it(`refuse ${what}`, () => expectProblem(marked, text, advice));
  }

  it('are looked up from the innermost scope outwards', () => {
    const text =
      'package p; message A { message B { A a = 1; B b = 2; C c = 3; } message A {} } message C {}';
    expect(typesOf(text, 'p.A.B')).to.deep.equal(['p.A.A', 'p.A.B', 'p.C']);
  });
  it('are looked up in outer packages', () => {
    const texts = {
      'a.proto': `${SYNTAX}package p; message A { }`,
      'b.proto': `${SYNTAX}package p.q; import "a.proto"; message B { A a = 1; p.A b = 2; }`,
    };
    expect(fieldsOf(texts, 'p.q.B')).to.have.length(2);
  });
  it('are absolute with a dot in front', () => {
    const text = 'message A { message B {} .B b = 1; } message B {}';
    expect(typesOf(text, 'A')).to.deep.equal(['B']);
  });
  it('may be declared later, and in themselves', () => {
    const text = 'message A { A a = 1; B b = 2; E e = 3; } message B {} enum E { X = 0; }';
    expect(typesOf(text, 'A')).to.deep.equal(['A', 'B', 'E']);
  });
  it('may be called like a keyword', () => {
    expect(
      typesOf('message Message { } message M { Message message = 1; M rpc = 2; }', 'M'),
    ).to.deep.equal(['Message', 'M']);
  });
});

describe('imports', () => {
  const missing =
    'Give that file, or its folder, to the command too; an import is written from that folder.';
  it('refuse a file that was not given', () => {
    expectProblem('import «"b.proto"»;', 'there is no file "b.proto" among those given', missing);
  });
  it("refuse protobuf's own files", () => {
    expectProblem(
      'import «"google/protobuf/empty.proto"»;',
      'there is no file "google/protobuf/empty.proto" among those given',
      'The types of google.protobuf are not built in: declare a message of your own.',
    );
  });
  it('are written from the folder that was given', () => {
    const texts = {
      'x/a.proto': `${SYNTAX}import "y/b.proto"; message A { B b = 1; }`,
      'y/b.proto': `${SYNTAX}message B {}`,
    };
    expect(problemTexts(texts)).to.deep.equal([]);
  });
  it('may be written from the folder of the file', () => {
    const texts = {
      'x/a.proto': `${SYNTAX}import "b.proto"; message A { B b = 1; }`,
      'x/b.proto': `${SYNTAX}message B {}`,
    };
    expect(problemTexts(texts)).to.deep.equal([]);
  });
  it('are needed for the types of another file', () => {
    const texts = {
      'a.proto': `${SYNTAX}message A { B b = 1; }`,
      'b.proto': `${SYNTAX}message B {}`,
    };
    expect(problemTexts(texts)).to.deep.equal([
      'a.proto: B is declared in a file that is not imported. Write `import "b.proto";`.',
    ]);
  });
  const chain = (how: string): Texts => ({
    'a.proto': `${SYNTAX}import "b.proto"; message A { C c = 1; }`,
    'b.proto': `${SYNTAX}import ${how} "c.proto"; message B { C c = 1; }`,
    'c.proto': `${SYNTAX}message C {}`,
  });
  it('do not go on from the file that is imported', () => {
    expect(problemTexts(chain(''))).to.deep.equal([
      'a.proto: C is declared in a file that is not imported. Write `import "c.proto";`.',
    ]);
  });
  it('go on where they are public', () => {
    expect(problemTexts(chain('public'))).to.deep.equal([]);
  });
  it('do not hide a name that is not imported behind one that is', () => {
    const texts = {
      'a.proto': `${SYNTAX}package p; import "c.proto"; message A { C c = 1; }`,
      'b.proto': `${SYNTAX}package p; message C { }`,
      'c.proto': `${SYNTAX}message C {}`,
    };
    expect(fieldsOf(texts, 'p.A')[0]?.type).to.have.property('fullName', 'C');
  });
  it('make no circle', () => {
    const texts = {
      'a.proto': `${SYNTAX}import "b.proto"; message A { }`,
      'b.proto': `${SYNTAX}import "a.proto"; message B { }`,
    };
    expect(problemTexts(texts)).to.deep.equal([
      'b.proto: files import each other in a circle: a.proto, b.proto, a.proto. ' +
        'Move what they share into a file that imports none of them.',
    ]);
  });
  it('let no two files declare the same name', () => {
    const texts = {
      'a.proto': `${SYNTAX}package p; message A {}`,
      'b.proto': `${SYNTAX}package p; enum A { X = 0; }`,
    };
    expect(problemTexts(texts)).to.deep.equal([
      'b.proto: p.A is declared in src/a.proto:2 too. ' +
        'Give one of the two another name, or one of the files another package.',
    ]);
  });
  it('let no two files have the same stubs', () => {
    const texts = { 'x/a.proto': SYNTAX, 'y/A.proto': SYNTAX };
    expect(problemTexts(texts)).to.deep.equal([
      'y/A.proto: the stubs of src/x/a.proto would have the same file name. Give one of the two files another name.',
    ]);
  });
});

describe('the model', () => {
  const message = (text: string) =>
    modelOf({ 'a.proto': SYNTAX + text }).model.files[0]!.messages[0]!;
  it('has the fields in ascending number, whatever the sequence in the text', () => {
    const names = message('message M { int32 a = 3; int32 b = 1; int32 c = 2; }').members.map(
      (one) => one.name,
    );
    expect(names).to.deep.equal(['b', 'c', 'a']);
  });
  it('puts a oneof in the place of its lowest case', () => {
    const text = 'message M { oneof o { int32 x = 5; int32 y = 2; } int32 a = 1; int32 b = 3; }';
    expect(message(text).members.map((one) => one.name)).to.deep.equal(['a', 'o', 'b']);
  });
  it('has the cases of a oneof in ascending number', () => {
    const [oneof] = message('message M { oneof o { int32 x = 5; int32 y = 2; } }').members;
    expect(oneof?.kind === 'oneof' && oneof.cases.map((one) => one.name)).to.deep.equal(['y', 'x']);
  });
  it('has messages in a oneof without `optional`: the case says whether they are there', () => {
    const [oneof] = message('message M { oneof o { M a = 1; } }').members;
    expect(oneof?.kind === 'oneof' && oneof.cases[0]?.label).to.equal('single');
  });
  const labels: [text: string, label: string][] = [
    ['int32 a = 1;', 'single'],
    ['optional int32 a = 1;', 'optional'],
    ['repeated int32 a = 1;', 'repeated'],
    ['map<string, int32> a = 1;', 'map'],
    ['M a = 1;', 'optional'],
    ['optional M a = 1;', 'optional'],
    ['repeated M a = 1;', 'repeated'],
    ['E a = 1;', 'single'],
  ];
  for (const [text, label] of labels) {
    it(`makes \`${text}\` ${label}`, () => {
      const [field] = message(`message M { ${text} } enum E { X = 0; }`).members;
      expect(field).to.have.property('label', label);
    });
  }
  const kinds: [input: string, output: string, kind: string][] = [
    ['M', 'M', 'unary'],
    ['M', 'stream M', 'server-streaming'],
    ['stream M', 'M', 'client-streaming'],
    ['stream M', 'stream M', 'bidirectional'],
  ];
  for (const [input, output, kind] of kinds) {
    it(`makes \`(${input}) returns (${output})\` ${kind}`, () => {
      const text = `${SYNTAX}message M {} service S { rpc A (${input}) returns (${output}); }`;
      const [file] = modelOf({ 'a.proto': text }).model.files;
      expect(file?.services[0]?.methods[0]?.kind).to.equal(kind);
    });
  }
});
