import { expect } from 'chai';
import { camelCase, moduleName, typeName } from '../../src/idl/names';
import { expectProblem, problemsOf } from './support/compile';

describe('camelCase', () => {
  const names: [name: string, property: string][] = [
    ['wallet', 'wallet'],
    ['wallet_name', 'walletName'],
    ['walletName', 'walletName'],
    ['WalletName', 'walletName'],
    ['say_hello_again', 'sayHelloAgain'],
    ['say__hello_', 'sayHello'],
    ['_wallet', 'wallet'],
    ['line_2_a', 'line2A'],
    ['HTTPGet', 'httpGet'],
    ['ID', 'id'],
    ['X', 'x'],
    ['A_b', 'aB'],
    ['__Wallet__Name__', 'walletName'],
    ['XAxis', 'xAxis'],
  ];
  for (const [name, property] of names) {
    it(`makes ${property} of ${name}`, () => expect(camelCase(name)).to.equal(property));
  }
});

describe('typeName', () => {
  it('joins the names of a nested message by _', () => {
    expect(typeName({ path: ['Outer', 'Inner'] })).to.equal('Outer_Inner');
  });
});

describe('moduleName', () => {
  it('leaves out the folders and the ending', () => {
    expect(moduleName('a/b.c/wallet.proto')).to.equal('wallet');
  });
  it('takes the folders of Windows too', () => {
    expect(moduleName('a\\wallet.proto')).to.equal('wallet');
  });
});

describe('the names in a .proto', () => {
  const other = 'Give one of the two another name.';
  const twice: [what: string, marked: string, name: string][] = [
    ['two messages', 'message A {} message «A» {}', 'A'],
    ['a message and an enum', 'message A {} enum «A» { X = 0; }', 'A'],
    ['a message and a service', 'message A {} service «A» {}', 'A'],
    ['two nested messages', 'message A { message B {} message «B» {} }', 'B'],
    ['two fields', 'message A { int32 x = 1; string «x» = 2; }', 'x'],
    ['a field and a nested message', 'message A { message x {} int32 «x» = 1; }', 'x'],
    ['a field and a oneof', 'message A { int32 x = 1; oneof «x» { int32 y = 2; } }', 'x'],
    ['a field and a case', 'message A { int32 x = 1; oneof o { int32 «x» = 2; } }', 'x'],
    [
      'the cases of two oneofs',
      'message A { oneof o { int32 x = 1; } oneof p { int32 «x» = 2; } }',
      'x',
    ],
    [
      'two methods',
      'message A {} service S { rpc x (A) returns (A); rpc «x» (A) returns (A); }',
      'x',
    ],
    ['two enum values', 'enum E { A = 0; B = 1; «B» = 2; }', 'B'],
  ];
  for (const [what, marked, name] of twice) {
    it(`are not used twice: ${what}`, () => {
      expectProblem(marked, `the name ${name} is used twice here`, other);
    });
  }
  it('may be used in two scopes', () => {
    const text = 'message A { int32 x = 1; message C { int32 x = 1; } } message B { int32 x = 1; }';
    expect(problemsOf(text)).to.deep.equal([]);
  });
  it('of two fields are not the same in TypeScript', () => {
    const text = 'foo_bar and fooBar are both fooBar in TypeScript';
    expectProblem('message A { int32 fooBar = 1; int32 «foo_bar» = 2; }', text, other);
  });
  it('of a field and a oneof are not the same in TypeScript', () => {
    const text = 'A_b and aB are both aB in TypeScript';
    expectProblem('message M { int32 aB = 1; oneof «A_b» { int32 c = 2; } }', text, other);
  });
  it('of two methods are not the same in TypeScript', () => {
    const text = 'readAll and ReadAll are both readAll in TypeScript';
    const rpcs = 'rpc ReadAll (A) returns (A); rpc «readAll» (A) returns (A);';
    expectProblem(`message A {} service S { ${rpcs} }`, text, other);
  });
  it('of a nested and another message are not the same in TypeScript', () => {
    const text = 'two declarations of this file are both A_B in TypeScript';
    expectProblem('message A { message B {} } message «A_B» {}', text, other);
  });
  it('of fields have a form in TypeScript', () => {
    const text = 'the name _1 has no form in TypeScript';
    expectProblem('message A { int32 «_1» = 1; }', text, 'Begin the name with a letter.');
  });

  const taken: [what: string, marked: string, name: string, better: string][] = [
    ['a field', 'message A { int32 «constructor» = 1; }', 'constructor', 'constructor_value'],
    [
      'a field by its TypeScript name',
      'message A { int32 «to_string» = 1; }',
      'toString',
      'to_string_value',
    ],
    ['a field __proto__', 'message A { int32 «__proto__» = 1; }', '__proto__', 'proto_value'],
    [
      'a repeated field __proto__',
      'message A { repeated A «__proto__» = 1; }',
      '__proto__',
      'proto_value',
    ],
    ['a oneof', 'message A { oneof «valueOf» { int32 x = 1; } }', 'valueOf', 'valueOf_value'],
    [
      'a case',
      'message A { oneof o { int32 «hasOwnProperty» = 1; } }',
      'hasOwnProperty',
      'hasOwnProperty_value',
    ],
    [
      'a method that would make the client a promise',
      'message A {} service S { rpc «Then» (A) returns (A); }',
      'then',
      'ThenCall',
    ],
    ['an enum value', 'enum E { «toString» = 0; }', 'toString', 'TOSTRING_VALUE'],
    ['a message', 'message «class» {}', 'class', 'Class'],
    ['a message __proto__', 'message «__proto__» {}', '__proto__', '__proto__Message'],
    ['a message that a module cannot declare', 'message «Object» {}', 'Object', 'ObjectMessage'],
    ['an enum', 'enum «string» { X = 0; }', 'string', 'String'],
    ['a service', 'service «prototype» {}', 'prototype', 'Prototype'],
    ['a local name of the generated code', 'message «writer» {}', 'writer', 'Writer'],
    ['a numbered local name of the generated code', 'message «f12» {}', 'f12', 'F12'],
  ];
  for (const [what, marked, name, better] of taken) {
    it(`are not those of JavaScript: ${what}`, () => {
      const text = `the name ${name} is taken in JavaScript or in the generated code`;
      expectProblem(marked, text, `Choose another name, such as ${better}.`);
    });
  }
  it('of fields may be words of TypeScript', () => {
    const text = 'message A { int32 class = 1; int32 value = 2; int32 init = 3; int32 await = 4; }';
    expect(problemsOf(text)).to.deep.equal([]);
  });
});
