import { expect } from 'chai';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';

const ROOT = join(__dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const KINDS = ['commonjs', 'module'] as const;
const COMMAND_MS_MAX = 60_000;
/** Without what this run of make and c8 hands down. */
const ENV = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(MAKE|MFLAGS|FIO_|NODE_V8|npm_)/.test(name)),
);

interface Ran {
  readonly code: number;
  readonly output: string;
}

/** A program to its end, in a folder. */
function run(folder: string, command: string, ...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd: folder, timeout: COMMAND_MS_MAX, env: ENV };
    const child = execFile(command, args, options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

/** The text of a fenced block of the README. */
function block(language: string, index: number): string {
  const fence = new RegExp('^```' + language + '\\n([^]*?)^```', 'gm');
  return [...README.matchAll(fence)][index]?.[1] ?? '';
}

/** The README's sample is an ES module; CommonJS has no await outside of functions. */
function inFunction(text: string): string {
  const lines = text.split('\n');
  const imports = lines.filter((line) => line.startsWith('import '));
  const rest = lines.filter((line) => !line.startsWith('import '));
  return [...imports, 'async function main() {', ...rest, '}', 'void main();'].join('\n');
}

/** Every entry of the package, by its types and as it is. */
const ENTRIES = `
import { Server } from 'fio-rpc';
import { parseTarget, type Target } from 'fio-rpc/binder';
import { observeServer, type TelemetryOptions } from 'fio-rpc/opentelemetry';

const options: TelemetryOptions = {};
const target: Target = parseTarget('localhost:5000');
new Server({ interceptors: [observeServer(options)] });
console.log(typeof target);
`;

describe('the package', function () {
  this.timeout(3 * COMMAND_MS_MAX);
  let folder: string;
  let tarball: string;
  let installed: Ran;
  let compiled: Ran;
  const children: ChildProcess[] = [];

  before(async function () {
    folder = mkdtempSync(join(tmpdir(), 'fio-package-'));
    await run(ROOT, 'make', '-s', 'build');
    await run(ROOT, 'npm', 'pack', '--silent', '--pack-destination', folder);
    tarball = join(folder, readdirSync(folder)[0] ?? '');
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    installed = await run(folder, 'npm', 'install', ...flags, tarball);
    if (installed.code !== 0 && process.env.CI !== 'true') this.skip(); // No registry, no cache.
    // What opentelemetry needs besides, and the compiler finds, without another download.
    symlinkSync(
      join(ROOT, 'node_modules/@opentelemetry'),
      join(folder, 'node_modules/@opentelemetry'),
    );
    symlinkSync(join(ROOT, 'node_modules/@types'), join(folder, 'node_modules/@types'));
    for (const kind of KINDS) {
      const port = await freePort();
      mkdirSync(join(folder, kind));
      const write = (name: string, text: string): void =>
        writeFileSync(join(folder, kind, name), text.replace('5000', String(port)));
      const adapt = kind === 'module' ? (text: string) => text : inFunction;
      write('package.json', JSON.stringify({ private: true, type: kind }));
      write('hello.proto', block('proto', 0));
      write('server.ts', adapt(block('ts', 0)));
      write('client.ts', adapt(block('ts', 1)));
      write('entries.ts', ENTRIES);
      await run(join(folder, kind), '../node_modules/.bin/fio', 'stubs', 'hello.proto');
    }
    const sources = KINDS.flatMap((kind) =>
      ['server', 'client', 'entries', 'hello'].map((name) => `${kind}/${name}.ts`),
    );
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const settings = ['--module', 'nodenext', '--strict', '--types', 'node', '--skipLibCheck'];
    compiled = await run(folder, process.execPath, compiler, ...settings, ...sources);
  });
  after(() => {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true });
  });

  it('has nothing that publint or Are the types wrong? would find', async () => {
    const found = await run(ROOT, process.execPath, 'tools/check-package.mjs', tarball);
    expect(found).to.deep.equal({ code: 0, output: '' });
  });

  it('is installed without a word', () => expect(installed.code, installed.output).to.equal(0));

  it('has types for both kinds of modules, of every entry', () =>
    expect(compiled).to.deep.equal({ code: 0, output: '' }));

  it('has the conformance cases and what a peer has to speak', async () => {
    const { output } = await run(folder, 'npx', '--no-install', 'fio', 'conformance', '--proto');
    expect(output).to.contain('service Conformance');
  });

  for (const kind of KINDS) {
    it(`is loaded by its entries: ${kind}`, async () => {
      const ran = await run(join(folder, kind), process.execPath, 'entries.js');
      expect(ran).to.deep.equal({ code: 0, output: 'object\n' });
    });

    it(`runs the sample of the README: ${kind}`, async () => {
      const cwd = join(folder, kind);
      const server = spawn(process.execPath, ['server.js'], { cwd, stdio: 'inherit' });
      children.push(server);
      expect(await run(cwd, process.execPath, 'client.js')).to.deep.equal({
        code: 0,
        output: 'Hello, Ana!\n',
      });
      server.kill();
      await once(server, 'close');
    });
  }
});
