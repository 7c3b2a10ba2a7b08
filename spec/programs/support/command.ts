import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The root of the project. */
export const ROOT = join(__dirname, '..', '..', '..');

/** The words that run a program: compiled if that is up to date, else through ts-node. */
export function programCommand(name: string): string[] {
  isCompiled ??= isDistNewer();
  return isCompiled
    ? [process.execPath, join('dist', 'bin', `${name}.js`)]
    : [process.execPath, '-r', 'ts-node/register', join('bin', `${name}.ts`)];
}

let isCompiled: boolean | undefined;

/** Compiled programs start three times as fast, but must be those of the sources under test. */
function isDistNewer(): boolean {
  const stamp = statSync(join(ROOT, 'dist', '.stamp'), { throwIfNoEntry: false });
  if (stamp === undefined) return false;
  return ['bin', 'src'].every((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).every(
      (entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs <= stamp.mtimeMs,
    ),
  );
}
