import { expect } from 'chai';
import { formatProblem, Report } from '../../src/idl/problem';
import type { Source } from '../../src/idl/source';
import { compileTexts, SYNTAX } from './support/compile';

const source: Source = { path: 'a/b.proto', name: 'b.proto', text: 'one\n\ttwo three\r\nfour' };

function formatted(offset: number, length: number): string {
  return formatProblem({ place: { source, offset, length }, text: 'no', advice: 'Yes.' });
}

describe('formatProblem', () => {
  it('tells the place, shows the line with a tab as it is, and marks the words', () => {
    expect(formatted(9, 5)).to.equal(
      'a/b.proto:2:6: no.\n    \ttwo three\n    \t    ^^^^^\n    Yes.',
    );
  });
  it('marks no more than the line', () => {
    expect(formatted(9, 12)).to.equal(
      'a/b.proto:2:6: no.\n    \ttwo three\n    \t    ^^^^^\n    Yes.',
    );
  });
  it('marks the end of the text by one sign', () => {
    expect(formatted(20, 1)).to.equal('a/b.proto:3:5: no.\n    four\n        ^\n    Yes.');
  });
  it('counts lines and columns from 1', () => {
    expect(formatted(0, 1)).to.match(/^a\/b\.proto:1:1: /);
  });
});

describe('Report', () => {
  it('sorts by file in the sequence given, then by place', () => {
    const report = new Report();
    const other = { ...source, path: 'z.proto' };
    report.add({ source: other, offset: 3, length: 1 }, '3', '');
    report.add({ source, offset: 1, length: 1 }, '1', '');
    report.add({ source: other, offset: 2, length: 1 }, '2', '');
    const texts = report.sorted(['z.proto', 'a/b.proto']).map((problem) => problem.text);
    expect(texts).to.deep.equal(['2', '3', '1']);
  });
});

describe('compile', () => {
  it('tells all problems of all files', () => {
    const result = compileTexts({
      'a.proto': `${SYNTAX}message A { required int32 a = 1; repeated map<int32, int32> b = 2; }`,
      'b.proto': `${SYNTAX}message B { int a = 1; Nope b = 2; }`,
      'c.proto': `${SYNTAX}message C { int32 a = 1; int32 a = 0; int32 then = 1; }`,
      'd.proto': 'message D {}',
    });
    const problems = result.ok ? [] : result.problems;
    expect(problems.map(({ place, text }) => `${place.source.name}: ${text}`)).to.deep.equal([
      'a.proto: `required` is proto2',
      'a.proto: a map cannot be `repeated`',
      'c.proto: the name a is used twice here',
      'c.proto: 0 is not a number for a field',
      'c.proto: the name then is taken in JavaScript or in the generated code',
      'c.proto: a has the number 1 already',
      'd.proto: the file does not say its syntax, and so is proto2',
    ]);
  });
  it('tells unknown types once every file can be read', () => {
    const result = compileTexts({ 'b.proto': `${SYNTAX}message B { Nope b = 2; Not c = 3; }` });
    expect(result.ok ? [] : result.problems.map(({ text }) => text)).to.deep.equal([
      'there is no type Nope',
      'there is no type Not',
    ]);
  });
});
