import { expect } from 'chai';
import { existsSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { Clone, type Outcome } from './clone';

const SILENCE = { code: 0, stdout: '', stderr: '' };
const TARGETS = [
  'help',
  'run_serv_banco',
  'run_cli_banco',
  'run_serv_loja',
  'run_cli_loja',
  'run_watch_wallet',
  'run_audit_wallets',
  'demo',
  'stubs',
  'build',
  'ledger',
  'package',
  'test',
  'lint',
  'typecheck',
  'coverage',
  'bench',
  'bench-quick',
  'bench-peers',
  'soak',
  'lines',
  'clean',
];

/** Stands for a program once it is compiled: tells its arguments and its input, and fails. */
const ECHO = `
const input = require('node:fs').readFileSync(0, 'utf8');
process.stdout.write(JSON.stringify({ args: process.argv.slice(2), input }));
process.exitCode = 3;
`;

/** Puts a quick command in the compiler's place: what make does with it is the same. */
function compileWith(clone: Clone, command: string): void {
  const path = clone.path('package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { scripts: Record<string, string> };
  manifest.scripts.build = `${command} #`;
  writeFileSync(path, JSON.stringify(manifest));
}

function touch(path: string): void {
  utimesSync(path, new Date(), new Date());
}

function filesIn(clone: Clone): string[] {
  return readdirSync(clone.folder, { recursive: true, encoding: 'utf8' }).sort();
}

describe('Makefile', function () {
  this.timeout(120_000);
  let clone: Clone;
  let filesBefore: string[];
  let firstStubs: Outcome;
  let firstBuild: Outcome;
  let demo: Outcome;
  let demoOfWrongProgram: Outcome;

  before(async () => {
    clone = new Clone({ withPackages: true });
    filesBefore = filesIn(clone).filter((file) => !file.startsWith('node_modules'));
    firstStubs = await clone.make(['stubs']);
    firstBuild = await clone.make(['build']);
    expect(firstBuild.code, firstBuild.stderr).to.equal(0);
    demo = await clone.make(['demo']);
    writeFileSync(clone.path('dist/bin/cln_banco.js'), 'console.log("wrong");');
    demoOfWrongProgram = await clone.make(['demo']);
    writeFileSync(clone.path('dist/bin/svc_loja.js'), ECHO);
  });
  after(() => clone.remove());

  describe('without a target', () => {
    for (const target of TARGETS) {
      it(`lists ${target} with one line`, async () => {
        const { stdout } = await clone.make([]);
        expect(stdout).to.match(new RegExp(`^make ${target} +\\S.*$`, 'm'));
      });
    }
  });

  describe('stubs', () => {
    it('generates them the first time', () =>
      expect(firstStubs.stderr).to.match(/^fio: generating stubs\.\.\.\n/));

    it('writes nothing on standard output', () => expect(firstStubs.stdout).to.equal(''));

    it('has nothing to do the second time', async () =>
      expect(await clone.make(['stubs'])).to.deep.equal(SILENCE));
  });

  describe('build', () => {
    it('compiles, and writes only to standard error', () =>
      expect(firstBuild).to.deep.equal({ ...SILENCE, stderr: 'fio: compiling...\n' }));

    it('has nothing to do the second time', async () =>
      expect(await clone.make(['build'])).to.deep.equal(SILENCE));
  });

  describe('demo', () => {
    it('tells the story to its end', () =>
      expect(demo.stdout).to.match(/\nEvery line was as expected\.\n$/));

    it('ends with exit code 0', () => expect(demo.code).to.equal(0));

    it('has no colour where there is no terminal', () =>
      expect(demo.stdout).not.to.include('\u001b'));

    it('says which line of which program was wrong', () =>
      expect(demoOfWrongProgram.stdout).to.include(
        'Papai_Noel  | NOT EXPECTED: printed "wrong", where "100000" was expected\n',
      ));

    it('fails when a line was wrong', () => expect(demoOfWrongProgram.code).to.equal(2));
  });

  describe('run_serv_loja', () => {
    const odd = ['a b\'c"d', '$HOME$(touch gone)`touch gone`', '*;#%\\', 'line\nline'];
    const args = odd.map((value, index) => `arg${index + 1}=${value}`);

    it('prints what the program prints, and nothing else', async () => {
      const { stdout } = await clone.make(['run_serv_loja', 'arg1=10']);
      expect(stdout).to.equal('{"args":["10"],"input":""}');
    });

    it('gives the program its arguments as they are', async () => {
      const { stdout } = await clone.make(['run_serv_loja', ...args]);
      expect(JSON.parse(stdout)).to.deep.include({ args: odd });
    });

    it('runs no command hidden in an argument', async () => {
      await clone.make(['run_serv_loja', ...args]);
      expect(existsSync(clone.path('gone'))).to.equal(false);
    });

    it('leaves standard input to the program', async () => {
      const { stdout } = await clone.make(['run_serv_loja'], 'Dorgival 10\nBezos 20');
      expect(JSON.parse(stdout)).to.deep.include({ input: 'Dorgival 10\nBezos 20' });
    });

    it('fails when the program fails', async () => {
      const { code } = await clone.make(['run_serv_loja']);
      expect(code).to.equal(2);
    });

    it('starts the program with no other process in the way', async () => {
      const { stdout } = await clone.make(['-n', 'run_serv_loja']);
      expect(stdout).to.match(/^exec node dist\/bin\/svc_loja\.js [^\n]*\n$/);
    });
  });

  describe('after an edit', () => {
    before(() => compileWith(clone, 'mkdir -p dist.tmp/bin'));

    it('compiles again when a source was edited', async () => {
      touch(clone.path('bin/svc_banco.ts'));
      expect((await clone.make(['build'])).stderr).to.equal('fio: compiling...\n');
    });

    it('generates the stubs and compiles again when a .proto was edited', async () => {
      touch(clone.path('src/services/wallet/wallet.proto'));
      const { stderr } = await clone.make(['build']);
      expect(stderr).to.match(/^fio: generating stubs[^]*\nfio: compiling\.\.\.\n$/);
    });

    it('does a build again that was killed', async () => {
      compileWith(clone, 'sleep 30');
      touch(clone.path('bin/svc_banco.ts'));
      const killed = await clone.run('make', ['build'], {
        onStderr: (text, kill) => text.includes('compiling') && kill(),
      });
      compileWith(clone, 'mkdir -p dist.tmp/bin');
      expect(killed.code).to.equal(undefined);
      expect((await clone.make(['build'])).stderr).to.equal('fio: compiling...\n');
    });

    it('leaves no output of a source that was deleted', async () => {
      writeFileSync(clone.path('dist/bin/deleted.js'), '');
      touch(clone.path('bin'));
      await clone.make(['build']);
      expect(existsSync(clone.path('dist/bin/deleted.js'))).to.equal(false);
    });
  });

  describe('clean', () => {
    it('removes what make made, and nothing else', async () => {
      writeFileSync(clone.path('ledger.db'), 'mine');
      await clone.make(['clean']);
      expect(filesIn(clone)).to.have.members([...filesBefore, 'ledger.db']);
    });

    it('is no error when there is nothing to remove', async () =>
      expect(await clone.make(['clean'])).to.deep.equal(SILENCE));
  });
});
