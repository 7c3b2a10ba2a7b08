// Runs the specs under c8 and judges what they covered.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

const LINES_PERCENT_MIN = { 'src/wire': 95, 'src/rpc': 95 };
const SPECS_MS_MAX = 15 * 60_000;
const COUNTS = 'coverage/counts.json';
const SUMMARY = 'coverage/coverage-summary.json';

/** Runs every spec. Resolves to what passed and failed; a folder to be covered counts as one. */
export async function runSpecs() {
  rmSync('coverage', { recursive: true, force: true });
  mkdirSync('coverage', { recursive: true });
  const code = await run('node_modules/.bin/c8', [
    ...Object.keys(LINES_PERCENT_MIN)
      .flatMap(filesOf)
      .filter(hasNoCode)
      .map((file) => `--exclude=${file}`),
    'node_modules/.bin/mocha',
    '--reporter=tools/counting-reporter.mjs',
    'spec/**/*.spec.ts',
  ]);
  const specs = countSpecs(code);
  const covered = Object.entries(LINES_PERCENT_MIN).filter(isCovered).length;
  return {
    passed: specs.passed + covered,
    failed: specs.failed + Object.keys(LINES_PERCENT_MIN).length - covered,
  };
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, FIO_COUNTS: COUNTS },
      timeout: SPECS_MS_MAX,
    });
    child.once('exit', (code) => resolve(code));
  });
}

/** A run that ended early, or did not end by itself, is one more failure. */
function countSpecs(code) {
  if (!existsSync(COUNTS)) {
    console.log('not ok  specs: mocha stopped before its end');
    return { passed: 0, failed: 1 };
  }
  const { passes, failures, skipped } = JSON.parse(readFileSync(COUNTS, 'utf8'));
  for (const title of skipped) console.log(`skipped ${title}`);
  if (failures === 0 && code !== 0) {
    console.log(`not ok  specs: mocha ended with ${code ?? 'a signal'}, a handle may be left open`);
    return { passed: passes, failed: 1 };
  }
  return { passed: passes, failed: failures };
}

function isCovered([folder, percentMin]) {
  const lines = { covered: 0, total: 0 };
  for (const [path, file] of Object.entries(readSummary())) {
    if (!relative(process.cwd(), path).startsWith(`${folder}/`)) continue;
    lines.covered += file.lines.covered;
    lines.total += file.lines.total;
  }
  const percent = lines.total === 0 ? 0 : (100 * lines.covered) / lines.total;
  const ok = percent >= percentMin;
  const verdict = `coverage of ${folder}: ${percent.toFixed(1)} % of lines (at least ${percentMin})`;
  console.log(`${ok ? 'ok     ' : 'not ok '} ${verdict}`);
  return ok;
}

function readSummary() {
  return existsSync(SUMMARY) ? JSON.parse(readFileSync(SUMMARY, 'utf8')) : {};
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

/** A file of types alone is never loaded, and would count as not covered. */
function hasNoCode(file) {
  const output = join('dist', file.replace(/ts$/, 'js'));
  if (!existsSync(output)) return false;
  const rest = readFileSync(output, 'utf8')
    .replace(/^\/\/.*$|\/\*[^]*?\*\//gm, '')
    .replace('"use strict";', '')
    .replace('Object.defineProperty(exports, "__esModule", { value: true });', '');
  return rest.trim() === '';
}
