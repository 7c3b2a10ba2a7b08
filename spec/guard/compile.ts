import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';

export const ROOT = join(__dirname, '..', '..');

/** All that the counted program loads: the sources under test, whatever `dist` holds. */
const COMPILED = ['src/wire', 'src/rpc', 'src/services/gen', 'bench/gen', 'spec/guard/program'];

/** Compiles the program and all that it uses into `folder`. Returns the path of its JavaScript. */
export function compileProgram(folder: string): string {
  for (const path of COMPILED.flatMap(sourcesIn)) {
    const { code } = transformSync(readFileSync(join(ROOT, path), 'utf8'), {
      filename: path,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    const output = join(folder, path.replace(/ts$/, 'js'));
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, code);
  }
  return join(folder, 'spec/guard/program/main.js');
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith('.ts') && statSync(join(ROOT, path)).isFile());
}
