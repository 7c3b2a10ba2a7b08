import { expect } from 'chai';
import { compile, type CompileResult } from '../../../src/idl/compile';
import { emitTypeScript } from '../../../src/idl/emit-typescript/emit';
import type { RuntimeModules } from '../../../src/idl/emit-typescript/file-names';
import type { Model } from '../../../src/idl/model';
import type { Problem } from '../../../src/idl/problem';

export const SYNTAX = 'syntax = "proto3";\n';
const PACKAGE: RuntimeModules = { codec: 'fio-rpc', method: 'fio-rpc', suffix: '' };

/** Texts by the names under which they import each other. */
export type Texts = Readonly<Record<string, string>>;

export function compileTexts(texts: Texts, lock?: string): CompileResult {
  const sources = Object.entries(texts).map(([name, text]) => ({
    path: `src/${name}`,
    name,
    text,
  }));
  const path = 'fio.lock.json';
  return compile(sources, lock === undefined ? undefined : { path, name: path, text: lock });
}

/** The model of texts that must be free of errors, and the new lock. */
export function modelOf(texts: Texts, lock?: string): { model: Model; lockText: string } {
  const result = compileTexts(texts, lock);
  if (!result.ok) throw new Error(result.problems.map((problem) => problem.text).join('\n'));
  return result;
}

/** What is wrong with one text, `syntax` left out. */
export function problemsOf(text: string): readonly Problem[] {
  const result = compileTexts({ 'a.proto': SYNTAX + text });
  return result.ok ? [] : result.problems;
}

/** The TypeScript that is made of one text, `syntax` left out. */
export function typeScriptOf(text: string, modules: RuntimeModules = PACKAGE): string {
  const [file] = modelOf({ 'a.proto': SYNTAX + text }).model.files;
  return emitTypeScript(file!, modules);
}

/**
 * Expects exactly one problem, at what stands between « and ».
 * @param marked without `syntax`
 */
export function expectProblem(marked: string, text: string, advice: string): void {
  const { clean, offset, length } = unmark(SYNTAX + marked);
  const result = compileTexts({ 'a.proto': clean });
  const problems = result.ok ? [] : result.problems;
  expect(
    problems.map((problem) => ({
      offset: problem.place.offset,
      length: problem.place.length,
      text: problem.text,
      advice: problem.advice,
    })),
  ).to.deep.equal([{ offset, length, text, advice }]);
}

export function unmark(marked: string): { clean: string; offset: number; length: number } {
  const clean = marked.replace(/[«»]/g, '');
  const offset = marked.indexOf('«');
  return { clean, offset, length: marked.indexOf('»') - offset - 1 };
}
