import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';

/** A file that was found: where it is, and its path from the folder that was given. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
}

/** Folders that hold what was made or installed, not what was written. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['gen', 'node_modules']);

/**
 * The file of a path, or all files below a folder whose names end so, in a sequence that does not
 * depend on the file system.
 * @throws the system's error when the path does not exist
 */
export function findFiles(path: string, ending: string): FoundFile[] {
  if (!statSync(path).isDirectory()) return [{ path, name: basename(path) }];
  return filesBelow(path, ending).map((file) => ({
    path: file,
    name: relative(path, file).split(sep).join('/'),
  }));
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        const isSkipped = SKIPPED_FOLDERS.has(entry.name) || entry.name.startsWith('.');
        return isSkipped ? [] : filesBelow(path, ending);
      }
      return entry.name.endsWith(ending) ? [path] : [];
    });
}

/** A file's text without its byte order mark. @throws TypeError when it is not UTF-8 */
export function readText(path: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
}

/** Undefined when there is no such file. */
export function readTextIfAny(path: string): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Writes a file that has another text now, whole or not at all: a build that runs at the same
 * time never sees half of it. Returns whether it was written.
 */
export function writeIfChanged(path: string, text: string): boolean {
  if (readTextIfAny(path) === text) return false;
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  return true;
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
