import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Source } from '../../src/idl/source';
import { findFiles, type FoundFile, isSystemError, readText } from './files';

/** What cannot be read is a wrong argument: exit code 2. */
export function readSources(paths: readonly string[], command: Command): Source[] {
  // By its absolute path: a file may be given both by itself and by its folder.
  const sources = new Map<string, Source>();
  const names = new Map<string, string>();
  for (const path of paths) {
    const found = findProtos(path, command);
    if (found.length === 0) command.error(`error: there is no .proto file below ${path}`);
    for (const { path: file, name } of found) {
      if (sources.has(resolve(file))) continue;
      const other = names.get(name);
      if (other !== undefined) {
        command.error(`error: ${other} and ${file} would both be imported as "${name}"`);
      }
      names.set(name, file);
      sources.set(resolve(file), { path: file, name, text: readProto(file, command) });
    }
  }
  return [...sources.values()];
}

function findProtos(path: string, command: Command): FoundFile[] {
  try {
    return findFiles(path, '.proto');
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return command.error(`error: cannot read ${error.path ?? path}: ${describeSystemError(error)}`);
  }
}

function readProto(path: string, command: Command): string {
  try {
    return readText(path);
  } catch (error) {
    if (error instanceof TypeError) return command.error(`error: ${path} is not UTF-8`);
    if (!isSystemError(error)) throw error;
    return command.error(`error: cannot read ${path}: ${describeSystemError(error)}`);
  }
}

/** `no such file or directory`, without the code and the call that the system's message has. */
export function describeSystemError(error: NodeJS.ErrnoException): string {
  return error.message.replace(/^\w+: /, '').replace(/, \w+( '.*')?$/, '');
}
