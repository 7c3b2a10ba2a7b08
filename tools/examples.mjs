// What the folders of examples/ need to be run as they stand. `stubs`, under ts-node: their stubs, as
// `npx fio stubs --out gen *.proto` makes them. `build`: their JavaScript beside the TypeScript, and
// the package that they import, which is this clone: as `npm install` would link it.
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const FOLDER = 'examples';
const LINK = join(FOLDER, 'node_modules', 'fio-rpc');
const RUNTIME = { codec: 'fio-rpc', method: 'fio-rpc', suffix: '.js' };

const folders = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
  .map(({ name }) => join(FOLDER, name));

if (process.argv[2] === 'stubs') makeStubs();
else if (process.argv[2] === 'build') build();
else throw new Error('examples.mjs stubs, or examples.mjs build');

function makeStubs() {
  const { compile } = require('../src/idl/compile.ts');
  const { emitTypeScript } = require('../src/idl/emit-typescript/emit.ts');
  for (const folder of folders) {
    const out = join(folder, 'gen');
    mkdirSync(out, { recursive: true });
    for (const name of namesIn(folder, '.proto')) {
      const path = join(folder, name);
      const result = compile([{ path, name, text: readFileSync(path, 'utf8') }]);
      if (!result.ok) throw new Error(result.problems.map(({ text }) => `${path}: ${text}`).join());
      for (const file of result.model.files) {
        writeFileSync(join(out, name.replace(/proto$/, 'ts')), emitTypeScript(file, RUNTIME));
      }
    }
  }
}

function build() {
  const { transformSync } = require('@swc/core');
  const jsc = { parser: { syntax: 'typescript' }, target: 'es2022' };
  for (const folder of folders.flatMap((one) => [one, join(one, 'gen')])) {
    for (const name of namesIn(folder, '.ts')) {
      const path = join(folder, name);
      const options = { filename: path, jsc, module: { type: 'es6' }, swcrc: false };
      const { code } = transformSync(readFileSync(path, 'utf8'), options);
      writeFileSync(path.replace(/ts$/, 'js'), code);
    }
  }
  mkdirSync(join(FOLDER, 'node_modules'), { recursive: true });
  rmSync(LINK, { force: true });
  symlinkSync(join('..', '..'), LINK);
}

function namesIn(folder, ending) {
  return readdirSync(folder).filter((name) => name.endsWith(ending));
}
