import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
/** What is never part of a fresh clone, by name. */
const NOT_CLONED = new Set([
  '.git',
  '.make',
  'node_modules',
  'dist',
  'dist.tmp',
  'gen',
  'coverage',
]);
/** What `make examples` has put beside the sources. */
const COMPILED_EXAMPLE = /\/examples\/[^/]+\/[^/]+\.js$/;
/** What this run of make and c8 hands down, and a newcomer's shell has not. */
const NOT_INHERITED = /^(MAKE|MFLAGS|FIO_|NODE_V8_COVERAGE|npm_)/;

export interface Outcome {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The files of this working tree, as a fresh clone would have them, in a folder with a space. */
export class Clone {
  readonly folder: string;
  readonly #children = new Set<ChildProcess>();

  constructor({ withPackages }: { withPackages: boolean }) {
    this.folder = join(mkdtempSync(join(tmpdir(), 'fio-house-')), 'a clone');
    cpSync(ROOT, this.folder, {
      recursive: true,
      preserveTimestamps: true,
      filter: (path) => !NOT_CLONED.has(basename(path)) && !COMPILED_EXAMPLE.test(path),
    });
    if (withPackages) this.#linkPackages();
  }

  /** The packages of this working tree. They must be up to date: npm would empty the folder. */
  #linkPackages(): void {
    const time = (...names: string[]): number => statSync(join(ROOT, ...names)).mtimeMs;
    if (time('node_modules', '.package-lock.json') < time('package-lock.json')) {
      throw new Error('node_modules is older than package-lock.json: run `make stubs` first');
    }
    symlinkSync(join(ROOT, 'node_modules'), this.path('node_modules'));
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  make(args: readonly string[], input = ''): Promise<Outcome> {
    return this.run('make', args, { input });
  }

  /** Runs a command in a process group of its own; `onStderr` may end it with `kill`. */
  run(
    command: string,
    args: readonly string[],
    options: {
      input?: string;
      path?: string;
      onStderr?: (all: string, kill: () => void) => unknown;
    } = {},
  ): Promise<Outcome> {
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name)),
    );
    if (options.path !== undefined) env.PATH = options.path;
    const child = spawn(command, args, { cwd: this.folder, env, detached: true });
    this.#children.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      options.onStderr?.(stderr, () => killGroup(child));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        this.#children.delete(child);
        resolve({ code: code ?? undefined, stdout, stderr });
      });
    });
  }

  /** Ends every process that still runs and removes the folder. */
  remove(): void {
    for (const child of this.#children) killGroup(child);
    rmSync(join(this.folder, '..'), { recursive: true, force: true });
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
}
