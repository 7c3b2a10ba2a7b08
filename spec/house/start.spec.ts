import { expect } from 'chai';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { client, connect } from '../../src/rpc/index';
import { Wallet } from '../../src/services/gen/wallet';
import { freePort } from './free-port';

const ROOT = join(__dirname, '..', '..');
const PROGRAMS = readdirSync(join(ROOT, 'bin'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));
const BUILD_MS_MAX = 120_000;

/** Tells, when a process ends, which files and which modules of Node it has loaded. */
const WITNESS = `
process.once('exit', () => require('node:fs').writeFileSync(process.env.WITNESS_FILE, JSON.stringify({
  files: Object.keys(require.cache),
  node: process.moduleLoadList.map((line) => line.replace('NativeModule ', '')),
})));`;

interface Loaded {
  readonly files: readonly string[];
  readonly node: readonly string[];
}

describe('a program that starts', function () {
  this.timeout(20_000);
  let folder: string;

  before(function () {
    this.timeout(BUILD_MS_MAX);
    execFileSync('make', ['-s', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
    folder = mkdtempSync(join(tmpdir(), 'fio-start-'));
    writeFileSync(join(folder, 'witness.cjs'), WITNESS);
  });
  after(() => rmSync(folder, { recursive: true }));

  const command = (program: string, ...args: string[]): string[] => [
    '--require',
    join(folder, 'witness.cjs'),
    join(ROOT, 'dist', 'bin', `${program}.js`),
    ...args,
  ];
  const environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    WITNESS_FILE: join(folder, 'loaded.json'),
    NODE_V8_COVERAGE: undefined,
  });
  /** Without the witness itself, and by their paths in the clone. */
  const loaded = (): Loaded => {
    const { files, node } = JSON.parse(readFileSync(join(folder, 'loaded.json'), 'utf8')) as Loaded;
    const own = files.filter((file) => !file.startsWith(folder));
    return { files: own.map((file) => relative(ROOT, file)), node };
  };

  for (const program of PROGRAMS) {
    // The demo has no help, and starts others.
    const itWithHelp = program === 'demo' ? () => undefined : it;
    itWithHelp(`loads two files at most of ours: ${program}`, () => {
      spawnSync(process.execPath, command(program, '--help'), { cwd: ROOT, env: environment() });
      const ours = loaded().files.filter((file) => !file.startsWith('node_modules'));
      expect(ours).to.include(`dist/bin/${program}.js`);
      expect([`dist/bin/${program}.js`, `dist/bin/${program}/shared.js`]).to.include.members(ours);
    });

    it(`has each module once: ${program}`, () => {
      const maps = [join(ROOT, 'dist/bin', `${program}.js.map`), ...mapsIn(program)];
      const sources = maps.flatMap(sourcesOf);
      expect(sources).to.not.be.empty;
      expect(sources.filter((source, at) => sources.indexOf(source) !== at)).to.deep.equal([]);
    });
  }

  it('answers without what only TLS, tokens, keys and compression need of Node', async () => {
    const port = await freePort();
    const server = spawn(process.execPath, command('svc_banco', String(port)), {
      env: environment(),
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    server.stdin.end('Ana 10\n');
    const channel = connect(`localhost:${port}`);
    const wallet = client(Wallet, channel);
    const { value } = await wallet.readBalance({ wallet: 'Ana' }, { waitForReady: true });
    await wallet.end({});
    await Promise.all([once(server, 'exit'), channel.close()]);
    expect(value).to.equal(10);
    const costly = ['tls', 'crypto', 'zlib', 'dns', 'fs/promises'];
    expect(loaded().node.filter((name) => costly.includes(name))).to.deep.equal([]);
  });

  it('names the lines of the sources in its errors', () => {
    const { stderr } = spawnSync(
      process.execPath,
      ['--enable-source-maps', join(ROOT, 'dist/bin/svc_banco.js')],
      { env: { ...process.env, FIO_DEBUG: '1' }, encoding: 'utf8' },
    );
    expect(stderr).to.match(/at parseArguments \(\S*\/bin\/support\/arguments\.ts:\d+:\d+\)/);
  });
});

/** The maps of what a program loads later. */
function mapsIn(program: string): string[] {
  const folder = join(ROOT, 'dist', 'bin', program);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.map'));
  return files.map((file) => join(folder, file));
}

function sourcesOf(map: string): string[] {
  const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] };
  return sources.map((source) => relative(ROOT, join(map, '..', source)));
}
