import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const INSTALL = join(__dirname, '..', '..', 'tools', 'install.mjs');
type Packages = Record<string, { version?: string; optional?: boolean }>;

describe('tools/install', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fio-install-'));
    mkdirSync(join(folder, 'node_modules'));
    mkdirSync(join(folder, 'commands'));
    symlinkSync(process.execPath, join(folder, 'commands', 'node'));
    writeFileSync(
      join(folder, 'commands', 'npm'),
      '#!/bin/sh\necho "npm $1" >&2\nexit "$NPM_EXIT"\n',
    );
    chmodSync(join(folder, 'commands', 'npm'), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs it with an npm that only says how it was called. */
  function install(locked: Packages, installed: Packages | string, npmExit = 0) {
    const text = (packages: Packages | string) =>
      typeof packages === 'string' ? packages : JSON.stringify({ packages });
    writeFileSync(join(folder, 'package-lock.json'), text(locked));
    writeFileSync(join(folder, 'node_modules', '.package-lock.json'), text(installed));
    const env = { PATH: join(folder, 'commands'), NPM_EXIT: String(npmExit) };
    const { status, stderr } = spawnSync('node', [INSTALL], { cwd: folder, env, encoding: 'utf8' });
    return { status, stderr };
  }

  const DONE = { status: 0, stderr: '' };
  const INSTALLED = { status: 0, stderr: 'fio: installing packages (once)...\nnpm ci\n' };

  it('does nothing when every package is there', () =>
    expect(install({ '': {}, a: { version: '1.0.0' } }, { a: { version: '1.0.0' } })).to.deep.equal(
      DONE,
    ));

  it('does nothing when only optional packages lack', () =>
    expect(install({ a: { version: '1.0.0', optional: true } }, {})).to.deep.equal(DONE));

  it('installs when a package lacks', () =>
    expect(install({ a: { version: '1.0.0' } }, {})).to.deep.equal(INSTALLED));

  it('installs when a package has another version', () =>
    expect(install({ a: { version: '1.0.0' } }, { a: { version: '1.0.1' } })).to.deep.equal(
      INSTALLED,
    ));

  it('installs when there is a package too many', () =>
    expect(install({ '': {} }, { a: { version: '1.0.0' } })).to.deep.equal(INSTALLED));

  it('installs when the list of what is there was cut', () =>
    expect(install({ a: { version: '1.0.0' } }, '{"packages":{"a"')).to.deep.equal(INSTALLED));

  it('fails with a reason when npm fails', () => {
    const { status, stderr } = install({ a: { version: '1.0.0' } }, {}, 1);
    expect(status).to.equal(1);
    expect(stderr).to.match(/\nfio: npm ci failed, for the reason above/);
  });
});
