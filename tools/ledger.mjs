// Compiles better-sqlite3, which a ledger in a file needs, unless that has been done: a minute, once.
import { spawnSync } from 'node:child_process';

if (!loads()) {
  console.error('fio: compiling better-sqlite3 (once, about a minute)...');
  const args = ['rebuild', 'better-sqlite3', '--ignore-scripts=false', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0 || !loads()) {
    console.error(
      'fio: better-sqlite3 was not compiled; it needs python3, make and a C++ compiler',
    );
    process.exitCode = 1;
  }
}

/** In a process of its own: a module that has failed to load is not tried again. */
function loads() {
  const code = "new (require('better-sqlite3'))(':memory:')";
  return spawnSync(process.execPath, ['-e', code], { stdio: 'ignore' }).status === 0;
}
