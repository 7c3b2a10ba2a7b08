import { expect } from 'chai';
import { modelOf, SYNTAX } from './support/compile';
import { BEFORE, changeLock, lockOf } from './support/lock';

describe('the lock file lets pass', () => {
  const allowed: [what: string, from: string, to: string, locked: string][] = [
    [
      'a new field with the highest number',
      'string b = 2;',
      'string b = 2; bool d = 6;',
      '"6": "bool d"',
    ],
    ['a new field with a gap', 'string b = 2;', 'string b = 2; bool d = 60;', '"60": "bool d"'],
    [
      'a new case with the highest number',
      'string y = 5;',
      'string y = 5; bool z = 6;',
      '"6": "oneof o: bool z"',
    ],
    [
      'a new oneof with the highest numbers',
      'string b = 2;',
      'string b = 2; oneof q { bool z = 6; }',
      '"6": "oneof q: bool z"',
    ],
    [
      'a field in an empty message',
      'message N { }',
      'message N { int32 a = 1; }',
      '"1": "int32 a"',
    ],
    ['a new name for a field', 'string b = 2', 'string bb = 2', '"2": "string bb"'],
    ['a new name for a oneof', 'oneof o', 'oneof oo', '"3": "oneof oo: int32 x"'],
    [
      'a new name for a oneof that gets a new case',
      'oneof o { int32 x = 3;',
      'oneof oo { int32 z = 6; int32 x = 3;',
      '"5": "oneof oo: string y"',
    ],
    [
      'another place in the text',
      'int32 a = 1; string b = 2;',
      'string b = 2; int32 a = 1;',
      '"2": "string b"',
    ],
    ['a new message', 'message N', 'message O { } message N', '"p.O": {}'],
    ['a new enum value', 'ONE = 1;', 'ONE = 1; TWO = -2;', '"TWO": -2'],
    ['a new name for an enum value', 'ONE = 1;', 'FIRST = 1;', '"FIRST": 1'],
    [
      'a new method',
      'rpc B (M) returns (stream N);',
      'rpc B (M) returns (stream N); rpc C (M) returns (M);',
      '"3": "C(p.M) returns (p.M)"',
    ],
    ['a new service', 'service S', 'service T { option (fio.service) = 8; } service S', '"id": 8'],
    [
      'another idempotency',
      'rpc A (M) returns (N);',
      'rpc A (M) returns (N) { option (fio.idempotent) = KEYED; }',
      '"A(p.M) returns (p.N)"',
    ],
    ['a deprecated field', 'string b = 2', 'string b = 2 [deprecated = true]', '"2": "string b"'],
    ['another jstype', 'ONE = 1;', 'ONE = 1; /* nothing of it is on the wire */', '"ONE": 1'],
  ];
  for (const [what, from, to, locked] of allowed) {
    it(`${what}, and holds it`, () => expect(changeLock(from, to)).to.contain(locked));
  }
  it('a message that moves to another file', () => {
    const texts = {
      'b.proto': `${SYNTAX}package p; message N { }`,
      'a.proto': BEFORE.replace('package p;', 'package p; import "b.proto";').replace(
        'message N { }',
        '',
      ),
    };
    expect(modelOf(texts, lockOf(BEFORE)).lockText).to.equal(lockOf(BEFORE));
  });
});
