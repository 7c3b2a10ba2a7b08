// Installs the packages of package-lock.json, unless node_modules holds exactly them already:
// a checkout that only touches the file, or an `npm install` by hand, costs nothing.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const NODE_MIN = [20, 19];
const QUIETLY = ['--prefer-offline', '--no-progress', '--loglevel=error'];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  console.error(
    `fio: Node.js ${NODE_MIN.join('.')} or later is needed; node in PATH is ${process.version}`,
  );
  process.exit(1);
}

if (!holdsExactly('node_modules/.package-lock.json', 'package-lock.json')) {
  console.error('fio: installing packages (once)...');
  // Nothing here needs a package's own scripts but better-sqlite3, which takes a minute to compile:
  // `make ledger` does that for who wants it.
  const args = ['ci', '--include=dev', '--ignore-scripts', ...QUIETLY];
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) {
    console.error(
      'fio: npm ci failed, for the reason above; it needs the npm registry or its cache',
    );
    process.exit(1);
  }
}

/** Whether every package that is installed is the locked one, and none but optional ones lack. */
function holdsExactly(installedPath, lockedPath) {
  const installed = packagesOf(installedPath);
  const locked = packagesOf(lockedPath);
  const same = ([path, { version }]) => locked[path]?.version === version;
  const present = ([path, { optional }]) => path === '' || optional || path in installed;
  return Object.entries(installed).every(same) && Object.entries(locked).every(present);
}

/** The entries by path; none when the file is not there or was cut. */
function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return {};
  }
}
