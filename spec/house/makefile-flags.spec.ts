import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAKEFILE = join(__dirname, '..', '..', 'Makefile');
const PROGRAMS = {
  run_serv_banco: 'svc_banco',
  run_cli_banco: 'cln_banco',
  run_serv_loja: 'svc_loja',
  run_cli_loja: 'cln_loja',
  run_watch_wallet: 'watch_wallet',
  run_servidor: 'servidor',
  run_emissor: 'emissor',
  run_exibidor: 'exibidor',
  run_chat: 'chat',
};
/** Stands for a program: tells its name and its arguments. */
const ECHO = `
const [, path, ...args] = process.argv;
console.log(JSON.stringify([require('node:path').basename(path, '.js'), ...args]));
`;

describe('Makefile flags', function () {
  this.timeout(20_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'fio-flags-'));
    mkdirSync(join(folder, 'dist', 'bin'), { recursive: true });
    for (const name of Object.values(PROGRAMS)) {
      writeFileSync(join(folder, 'dist', 'bin', `${name}.js`), ECHO);
    }
    writeFileSync(join(folder, 'dist', 'bin', '.a-file-for-a-pattern'), '');
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What the program is started with; `-o` says that it is compiled. */
  function run(target: string, ...variables: string[]): unknown {
    const words = ['-f', MAKEFILE, '-o', 'dist/.stamp', target, ...variables];
    // Under `make test` this make would be an inner one, and say which folder it enters.
    const env = { ...process.env, MAKEFLAGS: '', MAKELEVEL: undefined };
    return JSON.parse(spawnSync('make', words, { cwd: folder, env, encoding: 'utf8' }).stdout);
  }

  for (const [target, program] of Object.entries(PROGRAMS)) {
    it(`${target} hands its flags on, after the arguments`, () =>
      expect(run(target, 'arg1=a b', 'flags=--tls --ca c.pem')).to.deep.equal([
        program,
        'a b',
        '--tls',
        '--ca',
        'c.pem',
      ]));
  }

  it('adds nothing when there are no flags', () =>
    expect(run('run_serv_banco', 'arg1=5555')).to.deep.equal(['svc_banco', '5555']));

  it('does not take a flag for a pattern of file names', () =>
    expect(run('run_serv_banco', 'flags=--token dist/*')).to.deep.equal([
      'svc_banco',
      '--token',
      'dist/*',
    ]));

  it('runs no command hidden in a flag', () =>
    expect(run('run_serv_banco', 'flags=--token $(echo)`echo`;echo')).to.deep.equal([
      'svc_banco',
      '--token',
      '$(echo)`echo`;echo',
    ]));
});
