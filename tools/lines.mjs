// Prints a table of files and lines per folder, tests apart and generated stubs left out.
// With --write, puts it into README.md between `<!-- lines:begin -->` and `<!-- lines:end -->`.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = [
  ['src/wire', 'bytes ↔ frames ↔ values: no socket, no timer, no promise'],
  ['src/rpc', 'calls over a connection, and its two ends'],
  ['src/idl', 'the stub compiler: .proto in, TypeScript out'],
  ['src/conformance', 'cases for every implementation, as data, and their runner'],
  ['src/opentelemetry', 'traces and metrics of calls, for who installs @opentelemetry/api'],
  ['src/services', 'a folder for each service: its .proto, its logic, its handlers'],
  ['bin', 'the programs: parse arguments, join things, listen'],
  ['bench', 'what is measured, and how'],
  ['spec', 'the tests, in the same folders'],
  ['tools', 'what make runs'],
];
const COUNTED = /\.(ts|proto|mjs|cc|h|go)$|^tools\/[^.]+$/;
const LEFT_OUT = /^(src\/services|src\/conformance|bench)\/gen\//;
const BEGIN = '<!-- lines:begin -->';
const END = '<!-- lines:end -->';

const table = [
  '| folder | what it is | files | lines |',
  '|---|---|---:|---:|',
  ...FOLDERS.filter(([folder]) => existsSync(folder)).map(row),
].join('\n');

if (process.argv[2] === '--write') {
  const readme = readFileSync('README.md', 'utf8');
  const [before, after] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (before === -1 || after === -1) throw new Error(`README.md lacks ${BEGIN} or ${END}`);
  const text = `${readme.slice(0, before)}${BEGIN}\n\n${table}\n\n${readme.slice(after)}`;
  writeFileSync('README.md', text);
} else {
  console.log(table);
}

function row([folder, what]) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => COUNTED.test(file) && !LEFT_OUT.test(file));
  const lines = files.reduce((sum, file) => sum + linesOf(file), 0);
  return `| \`${folder}\` | ${what} | ${files.length} | ${lines} |`;
}

function linesOf(file) {
  return readFileSync(file, 'utf8').split('\n').length - 1;
}
