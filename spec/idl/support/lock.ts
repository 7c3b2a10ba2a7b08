import { expect } from 'chai';
import { compileTexts, modelOf, SYNTAX, unmark } from './compile';

/** What was published; the specs change one thing in it. */
export const BEFORE = `${SYNTAX}package p;
message M { int32 a = 1; string b = 2; oneof o { int32 x = 3; string y = 5; } repeated int32 c = 4; }
message N { }
enum E { Z = 0; ONE = 1; }
service S { option (fio.service) = 7; rpc A (M) returns (N); rpc B (M) returns (stream N); }
`;

export function lockOf(text: string): string {
  return modelOf({ 'a.proto': text }).lockText;
}

/** The new lock of a change that is allowed. */
export function changeLock(from: string, to: string): string {
  return modelOf({ 'a.proto': replace(from, to) }, lockOf(BEFORE)).lockText;
}

/** Expects that a change is refused, at what stands between « and ». */
export function expectRefused(from: string, to: string, text: string, advice: string): void {
  const { clean, offset, length } = unmark(replace(from, to));
  const result = compileTexts({ 'a.proto': clean }, lockOf(BEFORE));
  const problems = result.ok ? [] : result.problems;
  expect(
    problems.map(({ place, ...rest }) => [place.offset, place.length, rest.text, rest.advice]),
  ).to.deep.equal([[offset, length, text, advice]]);
}

function replace(from: string, to: string): string {
  expect(BEFORE).to.contain(from);
  return BEFORE.replace(from, to);
}
