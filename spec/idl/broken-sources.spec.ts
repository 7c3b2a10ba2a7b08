import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { emitTypeScript } from '../../src/idl/emit-typescript/emit';
import { formatProblem, Report } from '../../src/idl/problem';
import { tokenize } from '../../src/idl/tokens';
import { compileTexts, modelOf } from './support/compile';

const RUNS = 400;
const TEXT = readFileSync(join(__dirname, 'golden/shop.proto'), 'utf8');
const WORDS = tokenize({ path: '', name: '', text: TEXT }, new Report()).map((one) => one.text);
const OTHER_WORDS = [
  ...'{ } [ ] ( ) < > = ; , " \' /* */ // -1 0 1.5 max 99999999999 0x 08 . - # $ é \0'.split(' '),
  ...'required group extend extensions syntax edition import package stream option reserved to'.split(
    ' ',
  ),
  ...'__proto__ constructor toString NaN inf true map oneof repeated optional'.split(' '),
];

interface Change {
  readonly at: number;
  readonly removed: number;
  readonly inserted: readonly string[];
}

const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    at: fc.nat(WORDS.length),
    removed: fc.nat(3),
    inserted: fc.array(fc.constantFrom(...WORDS, ...OTHER_WORDS), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** The sample with words removed and others put in their place. */
function broken(list: readonly Change[]): string {
  const words = [...WORDS];
  for (const { at, removed, inserted } of list) words.splice(at, removed, ...inserted);
  return words.join(' ');
}

/** Checks that a text is either compiled or refused in words, at a place of its own. */
function expectSensible(text: string): void {
  const result = compileTexts({ 'a.proto': text }, modelOf({ 'shop.proto': TEXT }).lockText);
  if (result.ok) {
    const [file] = result.model.files;
    expect(emitTypeScript(file!, { codec: 'c', method: 'm', suffix: '' })).to.match(
      /^\/\/ Made by/,
    );
    return;
  }
  expect(result.problems).to.not.have.length(0);
  for (const { place, text: what, advice } of result.problems) {
    expect([what, advice]).to.not.include('');
    expect(`${what} ${advice}`).to.not.match(/undefined|\[object|protobufjs|null/);
    expect(place.offset).to.be.within(0, place.source.text.length);
  }
  expect(result.problems.map(formatProblem).join('\n')).to.match(/^[\w./]+:\d+:\d+: /);
}

describe('broken sources', function () {
  this.timeout(60_000);
  it('are refused in words when words are missing or wrong', () => {
    fc.assert(
      fc.property(changes, (list) => expectSensible(broken(list))),
      { numRuns: RUNS },
    );
  });
  it('are refused in words when they are cut anywhere', () => {
    for (let words = 0; words < WORDS.length; words++) {
      expectSensible(WORDS.slice(0, words).join(' '));
    }
  });
  it('are refused in words when they are no text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        expectSensible(`syntax = "proto3"; ${text}`),
      ),
      { numRuns: RUNS },
    );
  });
});
