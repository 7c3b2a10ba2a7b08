import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';

const REPOSITORY = resolve(__dirname, '../..');
const RUN_MS_MAX = 30_000;
const PROTO = 'syntax = "proto3";\npackage a;\nmessage M { int32 x = 1; }\n';

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('fio stubs', function () {
  this.timeout(60_000);
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fio-command-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string | Uint8Array): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  function read(path: string): string {
    return readFileSync(join(folder, path), 'utf8');
  }

  function stubs(...args: string[]): Run {
    const script = join(REPOSITORY, 'bin/fio.ts');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--require', join(REPOSITORY, 'node_modules/ts-node/register'), script, 'stubs', ...args],
      {
        cwd: folder,
        encoding: 'utf8',
        timeout: RUN_MS_MAX,
        env: { ...process.env, TS_NODE_PROJECT: join(REPOSITORY, 'tsconfig.json') },
      },
    );
    return { status, stdout, stderr };
  }

  it('writes a Wireshark dissector, and then no TypeScript unless --out is given', () => {
    write('a.proto', PROTO);
    expect(stubs('a.proto', '--wireshark', 'lua/fio.lua')).to.deep.equal({
      status: 0,
      stdout: '',
      stderr: 'lua/fio.lua\n',
    });
    expect(read('lua/fio.lua')).to.contain(
      'fio.messages["a.M"] = {\n  { name = "x", type = "int32" },\n}',
    );
    expect(existsSync(join(folder, 'a.ts'))).to.equal(false);
    stubs('a.proto', '--wireshark', 'lua/fio.lua', '--out', '.');
    expect(existsSync(join(folder, 'a.ts'))).to.equal(true);
  });

  it('writes the stubs beside the caller, and tells their names on standard error', () => {
    write('a.proto', PROTO);
    expect(stubs('a.proto')).to.deep.equal({ status: 0, stdout: '', stderr: 'a.ts\n' });
  });
  it('imports the package by default', () => {
    write('a.proto', PROTO);
    stubs('a.proto');
    expect(read('a.ts')).to.contain("from 'fio-rpc';");
  });
  it('imports another package with --runtime', () => {
    write('a.proto', PROTO);
    stubs('--runtime', '@me/rpc', 'a.proto');
    expect(read('a.ts')).to.contain("from '@me/rpc';");
  });
  it('imports folders with --runtime-dir, and files with --import-suffix', () => {
    write('a.proto', PROTO);
    stubs('--runtime-dir', '../src', '--import-suffix', '.js', 'a.proto');
    expect(read('a.ts')).to.contain("from '../src/wire/codec.js';");
  });
  it('takes all files below a folder but not what was made or installed', () => {
    for (const path of [
      'p/b.proto',
      'p/q/a.proto',
      'p/gen/c.proto',
      'p/node_modules/d.proto',
      'p/.x/e.proto',
    ]) {
      write(path, PROTO.replace('M', `M${path.length}`));
    }
    expect(stubs('--out', 'new/out', 'p').stderr).to.equal('new/out/b.ts\nnew/out/a.ts\n');
  });
  it('takes a file once that is given twice', () => {
    write('p/a.proto', PROTO);
    expect(stubs('.', 'p/a.proto', 'p')).to.include({ status: 0, stderr: 'a.ts\n' });
  });
  it('writes nothing that did not change', () => {
    write('a.proto', PROTO);
    stubs('--lock', 'fio.lock.json', 'a.proto');
    const long = new Date(0);
    utimesSync(join(folder, 'a.ts'), long, long);
    const again = stubs('--lock', 'fio.lock.json', 'a.proto');
    expect([again.stderr, statSync(join(folder, 'a.ts')).mtimeMs]).to.deep.equal(['', 0]);
  });
  it('makes the lock file, and leaves no other file behind', () => {
    write('a.proto', PROTO);
    expect(stubs('--lock', 'locks/fio.lock.json', 'a.proto').stderr).to.equal(
      'a.ts\nlocks/fio.lock.json\n',
    );
    expect([readdirSync(folder).sort(), readdirSync(join(folder, 'locks'))]).to.deep.equal([
      ['a.proto', 'a.ts', 'locks'],
      ['fio.lock.json'],
    ]);
  });
  it('refuses a change that the lock file forbids, and leaves everything as it was', () => {
    write('a.proto', PROTO);
    stubs('--lock', 'fio.lock.json', 'a.proto');
    const before = [read('a.ts'), read('fio.lock.json')];
    write('a.proto', PROTO.replace('int32', 'int64'));
    const { status, stderr } = stubs('--lock', 'fio.lock.json', 'a.proto');
    expect([status, read('a.ts'), read('fio.lock.json')]).to.deep.equal([1, ...before]);
    expect(stderr).to.equal(
      `a.proto:3:19: a.M.x was \`int32 x = 1\` and is \`int64 x = 1\` now.
    message M { int64 x = 1; }
                      ^
    Write \`int32\` again. For another type add a field with a number above 1.
fio: 1 error; nothing was written
`,
    );
  });
  it('tells the errors of all files and writes nothing', () => {
    write('a.proto', PROTO);
    write('b.proto', PROTO.replace('= 1', '= 0').replace('M', 'B'));
    write('c.proto', 'message C { }');
    const { status, stdout, stderr } = stubs('.');
    expect([status, stdout, existsSync(join(folder, 'a.ts'))]).to.deep.equal([1, '', false]);
    expect(stderr).to.match(
      /^b\.proto:3:23: .*\n( {4}.*\n){3}c\.proto:1:1: .*\n( {4}.*\n){3}fio: 2 errors; nothing was written\n$/,
    );
  });

  const usage: [what: string, args: string[], message: RegExp][] = [
    ['no path', [], /^error: missing required argument 'paths'\n/],
    [
      'a path that does not exist',
      ['nope'],
      /^error: cannot read nope: no such file or directory\n/,
    ],
    ['a folder without .proto files', ['.'], /^error: there is no \.proto file below \.\n/],
    ['an unknown option', ['--fast', 'a.proto'], /^error: unknown option '--fast'\n/],
    [
      'both kinds of runtime',
      ['--runtime', 'x', '--runtime-dir', 'y', 'a.proto'],
      /cannot be used with/,
    ],
    ['a file that is not UTF-8', ['bytes.proto'], /^error: bytes\.proto is not UTF-8\n/],
    [
      'two files of one name',
      ['p', 'q'],
      /^error: p\/a\.proto and q\/a\.proto would both be imported as "a\.proto"\n/,
    ],
  ];
  for (const [what, args, message] of usage) {
    it(`ends with 2 for ${what}`, () => {
      if (what.includes('UTF-8')) write('bytes.proto', Uint8Array.of(0xff));
      if (what.includes('two files'))
        for (const path of ['p/a.proto', 'q/a.proto']) write(path, PROTO);
      const { status, stdout, stderr } = stubs(...args);
      expect([status, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.match(message);
    });
  }
  it('ends with 1 and one line when it cannot write', () => {
    write('a.proto', PROTO);
    write('out', 'a file where the folder should be');
    expect(stubs('--out', 'out', 'a.proto')).to.deep.equal({
      status: 1,
      stdout: '',
      stderr: 'fio: out: file already exists\n',
    });
  });
});
