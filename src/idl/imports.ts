import type { Import, ParsedFile } from './parsed-file';
import type { Report } from './problem';

/** What the compiler knows without being given it. */
const BUILT_IN: ReadonlySet<string> = new Set([
  'fio/options.proto',
  'google/protobuf/descriptor.proto',
]);

export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}

/** For each file, the files whose declarations it may use. Itself is one of them. */
export type Visibility = ReadonlyMap<ParsedFile, ReadonlySet<ParsedFile>>;

/**
 * Finds what is imported: a file by its path from the folder that was given, or by its path from
 * the file that imports it. Refuses imports of files that were not given, and circles.
 * @param names of all the files that were given, also those that could not be read
 */
export function resolveImports(
  files: readonly ParsedFile[],
  names: ReadonlySet<string>,
  report: Report,
): Visibility {
  const byName = new Map(files.map((file) => [file.source.name, file]));
  const targets = new Map<ParsedFile, [Import, ParsedFile][]>();
  for (const file of files) {
    const found: [Import, ParsedFile][] = [];
    for (const one of file.imports) {
      const name = [one.name, relativeName(file.source.name, one.name)].find((n) => names.has(n));
      const target = name === undefined ? undefined : byName.get(name);
      if (target !== undefined) found.push([one, target]);
      else if (name === undefined && !isBuiltIn(one.name)) reportMissing(one, report);
    }
    targets.set(file, found);
  }
  reportCircles(targets, report);
  return new Map(files.map((file) => [file, visibleFrom(file, targets)]));
}

function reportMissing(one: Import, report: Report): void {
  const advice = one.name.startsWith('google/protobuf/')
    ? 'The types of google.protobuf are not built in: declare a message of your own.'
    : 'Give that file, or its folder, to the command too; an import is written from that folder.';
  report.add(one.place, `there is no file "${one.name}" among those given`, advice);
}

/** `a/b.proto` importing `c.proto` may mean `a/c.proto`. */
function relativeName(importer: string, name: string): string {
  return importer.replace(/[^/]*$/, '') + name;
}

type Targets = ReadonlyMap<ParsedFile, readonly [Import, ParsedFile][]>;

function visibleFrom(file: ParsedFile, targets: Targets): Set<ParsedFile> {
  const visible = new Set([file]);
  const addPublic = (from: ParsedFile): void => {
    for (const [one, target] of targets.get(from) ?? []) {
      if ((from !== file && !one.isPublic) || visible.has(target)) continue;
      visible.add(target);
      addPublic(target);
    }
  };
  addPublic(file);
  return visible;
}

function reportCircles(targets: Targets, report: Report): void {
  const done = new Set<ParsedFile>();
  const visit = (file: ParsedFile, path: readonly ParsedFile[]): void => {
    if (done.has(file)) return;
    for (const [one, target] of targets.get(file) ?? []) {
      const start = [...path, file].indexOf(target);
      if (start < 0) {
        visit(target, [...path, file]);
        continue;
      }
      const circle = [...path, file].slice(start).map((member) => member.source.name);
      report.add(
        one.place,
        `files import each other in a circle: ${[...circle, target.source.name].join(', ')}`,
        'Move what they share into a file that imports none of them.',
      );
    }
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
}
