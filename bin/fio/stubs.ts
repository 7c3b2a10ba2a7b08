import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Option, type Command } from 'commander';
import { compile } from '../../src/idl/compile';
import { emitPython } from '../../src/idl/emit-python/emit';
import { pythonModule } from '../../src/idl/emit-python/names';
import { emitWireshark } from '../../src/idl/emit-wireshark';
import { emitTypeScript } from '../../src/idl/emit-typescript/emit';
import type { RuntimeModules } from '../../src/idl/emit-typescript/file-names';
import type { Model } from '../../src/idl/model';
import { moduleName } from '../../src/idl/names';
import { formatProblem, type Problem } from '../../src/idl/problem';
import type { Source } from '../../src/idl/source';
import { isSystemError, readTextIfAny, writeIfChanged } from './files';
import { describeSystemError, readSources } from './sources';
import { readWiresharkParts } from './wireshark-parts';

interface StubsOptions {
  readonly out?: string;
  readonly python?: string;
  readonly wireshark?: string;
  readonly lock?: string;
  readonly runtime: string;
  readonly runtimeDir?: string;
  readonly importSuffix: string;
}

const HELP = `
Files are compiled together: they may import one another, and ids are unique among them.
With --lock, changes that break programs made from earlier versions are refused.
Nothing is written unless all files are free of errors.`;

export function addStubsCommand(program: Command): void {
  program
    .command('stubs')
    .description('make TypeScript, Python or a Wireshark dissector from .proto files')
    .argument('<paths...>', '.proto files, or folders: all .proto files below, except in gen/')
    .option(
      '--out <dir>',
      'folder for the TypeScript (default: "."; with --python or --wireshark: none is made)',
    )
    .option('--python <dir>', 'make Python: a package of this name, with a module for each file')
    .option('--wireshark <file.lua>', 'make a Wireshark dissector that knows all the services')
    .option('--lock <file>', 'what was published before, as JSON; made if it does not exist')
    .option('--runtime <specifier>', 'the package that the stubs import', 'fio-rpc')
    .addOption(
      new Option(
        '--runtime-dir <dir>',
        'the folder that has wire/ and rpc/, seen from --out',
      ).conflicts('runtime'),
    )
    .option('--import-suffix <suffix>', 'behind the names of other stubs: .js for ES modules', '')
    .addHelpText('after', HELP)
    .action((paths: string[], options: StubsOptions, command: Command) => {
      const sources = readSources(paths, command);
      makeStubs(sources, options);
    });
}

function makeStubs(sources: readonly Source[], options: StubsOptions): void {
  try {
    const result = compile(sources, readLock(options.lock));
    if (!result.ok) {
      reportProblems(result.problems);
      return;
    }
    if (options.wireshark !== undefined) {
      mkdirSync(dirname(options.wireshark), { recursive: true });
      write(options.wireshark, emitWireshark(result.model, readWiresharkParts()));
    }
    if (options.python !== undefined) writePython(result.model, options.python);
    const isOther = options.wireshark !== undefined || options.python !== undefined;
    const out = options.out ?? (isOther ? undefined : '.');
    if (out !== undefined) writeTypeScript(result.model, out, options);
    if (options.lock !== undefined) {
      mkdirSync(dirname(options.lock), { recursive: true });
      write(options.lock, result.lockText);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    process.stderr.write(
      `fio: ${error.path ?? options.out ?? '.'}: ${describeSystemError(error)}\n`,
    );
    process.exitCode = 1;
  }
}

function writeTypeScript(model: Model, folder: string, options: StubsOptions): void {
  mkdirSync(folder, { recursive: true });
  for (const file of model.files) {
    write(
      join(folder, `${moduleName(file.name)}.ts`),
      emitTypeScript(file, runtimeModules(options)),
    );
  }
}

function writePython(model: Model, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of model.files) {
    write(join(folder, `${pythonModule(file.name)}.py`), emitPython(file, model));
  }
}

function readLock(path: string | undefined): Source | undefined {
  const text = path === undefined ? undefined : readTextIfAny(path);
  return path === undefined || text === undefined ? undefined : { path, name: path, text };
}

function runtimeModules(options: StubsOptions): RuntimeModules {
  const { runtime, runtimeDir, importSuffix: suffix } = options;
  if (runtimeDir === undefined) return { codec: runtime, method: runtime, suffix };
  return {
    codec: `${runtimeDir}/wire/codec${suffix}`,
    method: `${runtimeDir}/rpc/method${suffix}`,
    suffix,
  };
}

function write(path: string, text: string): void {
  if (writeIfChanged(path, text)) process.stderr.write(`${path}\n`);
}

function reportProblems(problems: readonly Problem[]): void {
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  const count = problems.length === 1 ? '1 error' : `${problems.length} errors`;
  process.stderr.write(`fio: ${count}; nothing was written\n`);
  process.exitCode = 1;
}
