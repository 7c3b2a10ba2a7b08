import { expect } from 'chai';
import { compileTexts, expectProblem, modelOf, SYNTAX, typeScriptOf } from './support/compile';

const ERROR = (id: string, code: string, name = 'E'): string =>
  `message ${name} { option (fio.error) = ${id}; option (fio.code) = ${code}; int32 a = 1; }`;

describe('typed errors in the IDL', () => {
  it('have a number and a status', () => {
    const { model } = modelOf({ 'a.proto': `${SYNTAX}${ERROR('7', 'ABORTED')}` });
    expect(model.files[0]?.messages[0]?.error).to.deep.equal({ id: 7, code: 10 });
  });

  it('become an ErrorType of the package', () => {
    const text = typeScriptOf(`package shop; ${ERROR('7', 'NOT_FOUND')}`);
    expect(text).to.contain('export const E: ErrorType<E> = {');
    expect(text).to.contain("  errorId: 7,\n  code: 5,\n  package: 'shop',\n");
  });

  it('are of the package also when they are declared inside of a message', () => {
    const text = typeScriptOf(`package a.b; message Outer { ${ERROR('1', 'ABORTED')} }`);
    expect(text).to.contain("package: 'a.b',");
  });

  it('are told by Describe with the services of their file', () => {
    const text = typeScriptOf(
      `${ERROR('7', 'NOT_FOUND')} message M {} service S { rpc R (M) returns (M); }`,
    );
    expect(text).to.contain("        name: 'E',\n        errorId: 7,\n        code: 5,\n");
  });

  it('refuse a number that is none', () =>
    expectProblem(
      'message E { option (fio.error) = «0»; option (fio.code) = ABORTED; }',
      '0 is not an id for an error',
      'Write a number from 1 to 65535.',
    ));

  for (const code of ['OK', 'NOPE', '9']) {
    it(`refuse the status ${code}`, () =>
      expectProblem(
        `message E { option (fio.error) = 1; option (fio.code) = «${code}»; }`,
        `${code} is no status of an error`,
        'Write `option (fio.code) = FAILED_PRECONDITION;` or another: docs/PROTOCOL.md §9.1.',
      ));
  }

  it('refuse to have no status', () => {
    const result = compileTexts({ 'a.proto': `${SYNTAX}message E { option (fio.error) = 1; }` });
    expect(result.ok ? [] : result.problems.map(({ text }) => text)).to.have.length(1);
  });

  it('refuse a status without a number', () => {
    const text = `${SYNTAX}message E { option (fio.code) = ABORTED; }`;
    const result = compileTexts({ 'a.proto': text });
    expect(result.ok ? '' : result.problems[0]?.text).to.contain(
      '(fio.code) is for the detail of an error',
    );
  });

  it('refuse a number that another error of the package has, in any file', () => {
    const result = compileTexts({
      'a.proto': `${SYNTAX}package p; ${ERROR('1', 'ABORTED', 'A')}`,
      'b.proto': `${SYNTAX}package p; ${ERROR('1', 'ABORTED', 'B')}`,
    });
    expect(result.ok ? '' : result.problems[0]?.text).to.contain(
      'p.B has the id 1, which p.A has already',
    );
  });

  it('may have the number of an error of another package', () => {
    const result = compileTexts({
      'a.proto': `${SYNTAX}package p; ${ERROR('1', 'ABORTED', 'A')}`,
      'b.proto': `${SYNTAX}package q; ${ERROR('1', 'ABORTED', 'B')}`,
    });
    expect(result.ok).to.equal(true);
  });

  describe('in the lock file', () => {
    const lock = modelOf({ 'a.proto': SYNTAX + ERROR('7', 'ABORTED') }).lockText;
    const recompile = (text: string): string => {
      const result = compileTexts({ 'a.proto': SYNTAX + text }, lock);
      return result.ok ? 'ok' : result.problems.map((one) => one.text).join();
    };

    it('are kept', () => expect(lock).to.contain('"E": "7 ABORTED"'));
    it('stay as they are', () => expect(recompile(ERROR('7', 'ABORTED'))).to.equal('ok'));
    it('keep their number', () =>
      expect(recompile(ERROR('8', 'ABORTED'))).to.contain('was 7 ABORTED and is 8 ABORTED now'));
    it('keep their status', () =>
      expect(recompile(ERROR('7', 'NOT_FOUND'))).to.contain('is 7 NOT_FOUND now'));
    it('stay errors', () =>
      expect(recompile('message E { int32 a = 1; }')).to.contain('was 7 ABORTED and is none now'));
    it('may be joined by new ones', () =>
      expect(recompile(`${ERROR('7', 'ABORTED')} ${ERROR('8', 'ABORTED', 'F')}`)).to.equal('ok'));
  });
});
