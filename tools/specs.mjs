// Runs the specs under c8 and judges what they covered.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { countsOf, specGroups } from './spec-groups.mjs';

const LINES_PERCENT_MIN = { 'src/wire': 95, 'src/rpc': 95 };
const SPECS_MS_MAX = 15 * 60_000;
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
    process.execPath,
    'tools/run-spec-groups.mjs',
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
      timeout: SPECS_MS_MAX,
    });
    child.once('exit', (code) => resolve(code));
  });
}

/** A run that ended early, or did not end by itself, is one more failure. */
function countSpecs(code) {
  const counts = specGroups().map((_, index) => readCounts(countsOf(index)));
  const skipped = counts.flatMap((one) => one?.skipped ?? []);
  for (const title of skipped) console.log(`skipped ${title}`);
  const sum = (key) => counts.reduce((total, one) => total + (one?.[key] ?? 0), 0);
  const stopped = counts.filter((one) => one === undefined).length;
  if (stopped > 0) console.log('not ok  specs: mocha stopped before its end');
  const failed = sum('failures') + stopped;
  if (failed > 0 || code === 0) return { passed: sum('passes'), failed };
  console.log(`not ok  specs: mocha ended with ${code ?? 'a signal'}, a handle may be left open`);
  return { passed: sum('passes'), failed: 1 };
}

function readCounts(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
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
