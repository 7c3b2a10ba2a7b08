import type { Namespace } from 'protobufjs';
import { checkFeatures } from './check-features';
import { checkNames } from './check-names';
import { checkNumbers } from './check-numbers';
import { optionSetting } from './declaration-parts';
import { readOutline, type Outline } from './outline';
import { readSettings } from './options';
import { parseProto, reportSyntax } from './parse';
import type { Report } from './problem';
import type { Place, Source } from './source';
import { unquote } from './tokens';

/** A file that protobufjs could read, alone: names of types are not looked up yet. */
export interface ParsedFile {
  readonly source: Source;
  readonly outline: Outline;
  /** '' if there is none. */
  readonly package: string;
  /** What the package holds, by protobufjs. */
  readonly space: Pick<Namespace, 'nested'>;
  readonly imports: readonly Import[];
}

export interface Import {
  readonly name: string;
  readonly isPublic: boolean;
  readonly place: Place;
}

/** Undefined when the file has errors that leave no tree. */
export function parseFile(source: Source, report: Report): ParsedFile | undefined {
  const outline = readOutline(source, report);
  if (outline === undefined) return undefined;
  const before = report.problems.length;
  checkFeatures(outline, report);
  const parsed = parseProto(source.text);
  if (!parsed.ok && parsed.hasLine) {
    // What is refused above is mostly what protobufjs stumbles over.
    if (report.problems.length === before) reportSyntax(outline, parsed.error, report);
    return undefined;
  }
  if (report.problems.length > before) return undefined;
  checkNames(outline, report);
  checkNumbers(outline, report);
  checkFileOptions(outline, report);
  if (!parsed.ok) {
    if (report.problems.length === before) {
      const place = { source, offset: 0, length: 1 };
      report.add(place, `protobufjs refuses the file: ${parsed.error.message}`, 'Correct that.');
    }
    return undefined;
  }
  const { package: name = '', root } = parsed.tree;
  const space = name === '' ? root : root.define(name);
  return { source, outline, package: name, space, imports: importsOf(outline) };
}

function checkFileOptions(outline: Outline, report: Report): void {
  const options = outline.declarations
    .filter((one) => one.kind === 'option')
    .map((one) => optionSetting(one.tokens.slice(1)))
    .filter((setting) => setting !== undefined);
  readSettings(options, 'file', report);
}

function importsOf(outline: Outline): Import[] {
  const imports: Import[] = [];
  for (const { tokens } of outline.declarations) {
    const path = tokens.at(-1);
    if (tokens[0]?.text !== 'import' || path === undefined) continue;
    const isPublic = tokens[1]?.text === 'public';
    imports.push({ name: unquote(path), isPublic, place: path.place });
  }
  return imports;
}
