import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../../..');
/** The folder that has the package `fio`. */
export const PACKAGE = join(ROOT, 'python');

/** Makes the Python stubs of .proto files or folders, as the package `gen` of a new folder. */
export function makePythonStubs(...protos: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'fio-python-'));
  const args = ['-r', 'ts-node/register', 'bin/fio.ts', 'stubs', '--python', join(folder, 'gen')];
  const { status, stderr } = spawnSync(process.execPath, [...args, ...protos], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (status !== 0) throw new Error(`fio stubs: ${stderr}`);
  return folder;
}

/** The environment in which Python finds the package `fio`, and `gen` in the folder. */
export function pythonPath(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONPATH: `${PACKAGE}:${folder}`, PYTHONDONTWRITEBYTECODE: '1' };
}

/** Whether a tool is there; fails when CI=true and it is not. */
export function hasTool(name: string): boolean {
  if (spawnSync(name, ['--version']).status === 0) return true;
  if (process.env.CI === 'true') throw new Error(`${name} is not installed`);
  return false;
}
