import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCount, type Count } from './arithmetic';
import { compileProgram } from './compile';

/** Half a minute of one core; others may have it meanwhile. */
export const COUNT_MS_MAX = 8 * 60_000;

/** One thread, and no chance: with these node does the same again, to the instruction. */
const REPEATABLE = ['--single-threaded', '--predictable', '--hash-seed=1', '--random-seed=1'];
/** The program scavenges before each count. */
const WITH_GARBAGE_COLLECTOR = ['--expose-gc'];
/**
 * A function is optimised after a seventh of the usual work: valgrind makes node fifty times slower.
 * Counts are within 6 % of those that node comes to without this, after five times as many calls.
 */
const SOON_OPTIMISED = ['--interrupt-budget=10000'];

export function hasValgrind(): boolean {
  return spawnSync('valgrind', ['--version']).status === 0;
}

/** A run under callgrind: its counts, and the files that they come from, until remove(). */
export class Counting {
  private constructor(
    readonly folder: string,
    readonly counts: readonly Count[],
  ) {}

  /**
   * Counts every workload; about half a minute of one core.
   * @param options more options for node
   * @throws Error when there is no valgrind or node cannot be counted
   */
  static async run(options: readonly string[] = []): Promise<Counting> {
    const folder = mkdtempSync(join(tmpdir(), 'fio-guard-'));
    try {
      return new Counting(folder, await countIn(folder, options));
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What callgrind has dumped for the counts up to this one, in their order. */
  dumpsUpTo(count: Count): string[] {
    return this.counts
      .slice(0, this.counts.indexOf(count) + 1)
      .map((_, at) => readDump(this.folder, at));
  }
}

async function countIn(folder: string, options: readonly string[]): Promise<Count[]> {
  const program = compileProgram(join(folder, 'program'));
  mkdirSync(join(folder, 'dumps'));
  const { stdout } = await promisify(execFile)(
    'valgrind',
    [
      '--tool=callgrind',
      `--callgrind-out-file=${join(folder, 'dumps', 'out')}`,
      '--dump-before=uv_os_getpriority',
      process.execPath,
      ...[...REPEATABLE, ...WITH_GARBAGE_COLLECTOR, ...SOON_OPTIMISED, ...options],
      program,
    ],
    {
      cwd: folder,
      // Nothing of ours: NODE_OPTIONS and the measuring of coverage, which Node hands on unless it
      // is named, would be counted too.
      env: { PATH: process.env.PATH, NODE_V8_COVERAGE: undefined },
      timeout: COUNT_MS_MAX,
      killSignal: 'SIGKILL',
    },
  );
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line, at) => readCount(line, readDump(folder, at)));
}

function readDump(folder: string, at: number): string {
  return readFileSync(join(folder, 'dumps', `out.${at + 1}`), 'utf8');
}
