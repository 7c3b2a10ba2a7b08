import { expect } from 'chai';
import { compileTexts, modelOf, SYNTAX } from './support/compile';
import { BEFORE, lockOf } from './support/lock';

describe('the lock file', () => {
  it('holds every field, value, id, type and kind', () => {
    expect(JSON.parse(lockOf(BEFORE))).to.deep.equal({
      version: 1,
      messages: {
        'p.M': {
          1: 'int32 a',
          2: 'string b',
          3: 'oneof o: int32 x',
          4: 'repeated int32 c',
          5: 'oneof o: string y',
        },
        'p.N': {},
      },
      enums: { 'p.E': { Z: 0, ONE: 1 } },
      services: {
        'p.S': { id: 7, methods: { 1: 'A(p.M) returns (p.N)', 2: 'B(p.M) returns (stream p.N)' } },
      },
    });
  });
  it('holds types with their labels', () => {
    const text = `${SYNTAX}message M { optional int32 a = 1; M b = 2; optional M c = 3; map<string, M> d = 4; repeated E e = 5; int64 f = 6 [jstype = JS_NUMBER]; } enum E { Z = 0; }`;
    expect(JSON.parse(lockOf(text)))
      .to.have.property('messages')
      .that.deep.equals({
        M: {
          1: 'optional int32 a',
          2: 'M b',
          3: 'M c',
          4: 'map<string, M> d',
          5: 'repeated E e',
          6: 'int64 f',
        },
      });
  });
  it('is the same, however the sources are sorted', () => {
    const texts = {
      'a.proto': `${SYNTAX}message A {} message B {}`,
      'b.proto': `${SYNTAX}message C {}`,
    };
    const turned = {
      'b.proto': `${SYNTAX}message C {}`,
      'a.proto': `${SYNTAX}message B {} message A {}`,
    };
    expect(modelOf(texts).lockText).to.equal(modelOf(turned).lockText);
  });
  it('has a line per field, and ends with a new line', () => {
    expect(lockOf(`${SYNTAX}message M { int32 a = 1; }`))
      .to.contain('\n      "1": "int32 a"\n    }\n')
      .and.match(/}\n$/);
  });
  it('is unchanged by sources that are', () => {
    expect(modelOf({ 'a.proto': BEFORE }, lockOf(BEFORE)).lockText).to.equal(lockOf(BEFORE));
  });
});

describe('a lock file that cannot be read', () => {
  const restore = 'Restore the file from version control, or resolve its conflicts by hand.';
  const wrong: [what: string, lock: string, offset: number, text: string, advice: string][] = [
    ['is not JSON', '{\n<<<<<<< HEAD\n}', 2, 'the lock file is not JSON', restore],
    ['is empty', '', 0, 'the lock file is not JSON', restore],
    ['is a list', '[]', 0, 'this is not a lock file of fio', restore],
    ['is null', 'null', 0, 'this is not a lock file of fio', restore],
    [
      'has no services',
      '{"version":1,"messages":{},"enums":{}}',
      0,
      'this is not a lock file of fio',
      restore,
    ],
    [
      'has a field that is none',
      '{"version":1,"messages":{"M":{"1":"int32"}},"enums":{},"services":{}}',
      0,
      'this is not a lock file of fio',
      restore,
    ],
    [
      'has a method that is none',
      '{"version":1,"messages":{},"enums":{},"services":{"S":{"id":1,"methods":{"1":2}}}}',
      0,
      'this is not a lock file of fio',
      restore,
    ],
    [
      'is of a later version',
      '{"version":2}',
      0,
      'the lock file was made by a later version of fio',
      'Use that version.',
    ],
  ];
  for (const [what, lock, offset, text, advice] of wrong) {
    it(what, () => {
      const result = compileTexts({ 'a.proto': SYNTAX }, lock);
      const problems = result.ok ? [] : result.problems;
      expect(
        problems.map((one) => [one.place.source.path, one.place.offset, one.text, one.advice]),
      ).to.deep.equal([['fio.lock.json', offset, text, advice]]);
    });
  }
});
