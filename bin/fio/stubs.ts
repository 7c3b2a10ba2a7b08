import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { emitTypeScript } from '../../src/idl/emit-typescript/emit';
import { moduleName } from '../../src/idl/names';
import { parseMinimal } from '../../src/idl/parse-minimal';

interface StubsOptions { out: string; lock?: string; runtime: string; runtimeDir?: string }

export function addStubsCommand(program: Command): void {
  program.command('stubs <paths...>').option('--out <dir>', '', '.').option('--lock <file>').option('--runtime <specifier>', '', 'fio-rpc').option('--runtime-dir <dir>')
    .action((paths: string[], options: StubsOptions) => {
      mkdirSync(options.out, { recursive: true });
      const dir = options.runtimeDir;
      const modules = { codec: dir === undefined ? options.runtime : `${dir}/wire/codec`, method: dir === undefined ? options.runtime : `${dir}/rpc/method`, suffix: '' };
      for (const path of paths.flatMap(protoFiles)) {
        const file = parseMinimal({ path, name: basename(path), text: readFileSync(path, 'utf8') });
        const target = join(options.out, `${moduleName(path)}.ts`);
        const text = emitTypeScript(file, modules);
        try { if (readFileSync(target, 'utf8') === text) continue; } catch { /* new */ }
        writeFileSync(`${target}.${process.pid}`, text);
        renameSync(`${target}.${process.pid}`, target);
        process.stderr.write(`${target}\n`);
      }
    });
}

function protoFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).filter((name) => name !== 'gen').sort().map((name) => join(path, name)).flatMap((p) => statSync(p).isDirectory() ? protoFiles(p) : p.endsWith('.proto') ? [p] : []);
}
