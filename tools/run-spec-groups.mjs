// Runs each group of specs by a mocha of its own, all at a time. The output of a group follows that
// of the one before it, whole. The exit code is 0 when all have ended well.
import { spawn } from 'node:child_process';
import { countsOf, specGroups } from './spec-groups.mjs';

let told = Promise.resolve();
const codes = await Promise.all(specGroups().map(runGroup));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;

function runGroup(files, index) {
  const child = spawn(
    'node_modules/.bin/mocha',
    ['--reporter=tools/counting-reporter.mjs', ...files],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FIO_COUNTS: countsOf(index) },
    },
  );
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal));
  const held = [];
  let tell = (chunk) => held.push(chunk);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => tell(chunk));
  void told.then(() => {
    tell = (chunk) => process.stdout.write(chunk);
    held.forEach(tell);
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  told = Promise.all([told, closed]);
  return closed;
}
