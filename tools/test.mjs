// `make test`: the static checks, two at a time, then the specs and their coverage.
// `node tools/test.mjs specs`: the latter alone.
// The last line is `N passed, N failed`; a static check counts as one.
import { spawn } from 'node:child_process';
import { runSpecs } from './specs.mjs';

const STATIC_CHECKS = [
  ['lint', 'eslint'],
  ['typecheck', 'types'],
  ['format', 'prettier'],
  ['imports', 'import rules'],
];
const AT_A_TIME = 2;
const CHECK_MS_MAX = 10 * 60_000;

// Some tools take CI=true for a terminal.
if (!process.stdout.isTTY) process.env.NO_COLOR ??= '1';

// Without it the specs of ledgers in files are skipped, or fail when CI=true.
const compiled = compileLedger();
const results = process.argv[2] === 'specs' ? [] : await runStaticChecks();
await compiled;
const specs = await runSpecs();
const passed = results.filter((ok) => ok).length + specs.passed;
const failed = results.filter((ok) => !ok).length + specs.failed;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function runStaticChecks() {
  const queue = [...STATIC_CHECKS];
  const done = [];
  const worker = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      done.push(await runStaticCheck(check));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return done;
}

function compileLedger() {
  const options = { stdio: ['ignore', 'inherit', 'inherit'], timeout: CHECK_MS_MAX };
  const child = spawn('tools/with-lock', ['node', 'tools/ledger.mjs'], options);
  return new Promise((resolve) => child.once('close', resolve));
}

/** Prints the output of a check only when it fails. */
function runStaticCheck([script, name]) {
  const startedAtMs = Date.now();
  const child = spawn('npm', ['run', '--silent', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: CHECK_MS_MAX,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  return new Promise((resolve) => {
    child.once('close', (code) => {
      const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok     ' : 'not ok '} ${name} (${seconds} s)`);
      if (code !== 0) process.stdout.write(output);
      resolve(code === 0);
    });
  });
}
