import { buildModel } from './build';
import { isBuiltIn, resolveImports } from './imports';
import { checkLock } from './lock-check';
import { formatLock, lockOf } from './lock-file';
import type { Model } from './model';
import { moduleName } from './names';
import { parseFile } from './parsed-file';
import { Report, type Problem } from './problem';
import type { Source } from './source';

export type CompileResult =
  | {
      readonly ok: true;
      readonly model: Model;
      /** The new text of the lock file. */
      readonly lockText: string;
    }
  /** By file and place. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads and checks .proto files together: they may import one another, and share their ids.
 * @param lock the lock file of an earlier run, if there was one
 */
export function compile(given: readonly Source[], lock?: Source): CompileResult {
  const report = new Report();
  const sources = given.filter((source) => !isBuiltIn(source.name));
  const files = sources.map((source) => parseFile(source, report));
  const parsed = files.filter((file) => file !== undefined);
  const names = new Set(sources.map((source) => source.name));
  const visibility = resolveImports(parsed, names, report);
  const model = buildModel(parsed, visibility, parsed.length === sources.length, report);
  checkModuleNames(sources, report);
  if (lock !== undefined && report.problems.length === 0) checkLock(lock, model, report);
  if (report.problems.length === 0) {
    return { ok: true, model, lockText: formatLock(lockOf(model)) };
  }
  return { ok: false, problems: report.sorted(sources.map((source) => source.path)) };
}

/** What is made from a file is named after it alone, without its folders. */
function checkModuleNames(sources: readonly Source[], report: Report): void {
  const owners = new Map<string, Source>();
  for (const source of sources) {
    const name = moduleName(source.name).toLowerCase();
    const other = owners.get(name);
    owners.set(name, other ?? source);
    if (other === undefined) continue;
    report.add(
      { source, offset: 0, length: 1 },
      `the stubs of ${other.path} would have the same file name`,
      'Give one of the two files another name.',
    );
  }
}
