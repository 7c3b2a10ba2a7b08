import { buildMembers } from './build-members';
import { buildServices } from './build-services';
import { declareTypes, type BuildContext, type DeclaredTypes } from './declare';
import type { Visibility } from './imports';
import { IdScope } from './ids';
import type { Model, ModelFile } from './model';
import type { ParsedFile } from './parsed-file';
import type { Report } from './problem';
import { Symbols } from './symbols';

/**
 * Looks up every name and makes the model, which may be used only if nothing was reported.
 * @param isComplete whether all files could be read: else a name that is not found may be in one
 *   of the others, and is not complained about
 */
export function buildModel(
  files: readonly ParsedFile[],
  visibility: Visibility,
  isComplete: boolean,
  report: Report,
): Model {
  const symbols = new Symbols(visibility, report, isComplete);
  const serviceIds = new IdScope('(fio.service)', report);
  // All names first: a field's type may be declared anywhere.
  const declared = files.map((parsed) => {
    const context = { parsed, symbols, report };
    return { context, types: declareTypes(context) };
  });
  checkErrorIds(declared, report);
  return {
    files: declared.map(({ context, types }): ModelFile => {
      for (const open of types.messages) open.message.members.push(...buildMembers(open, context));
      return {
        name: context.parsed.source.name,
        package: context.parsed.package,
        messages: types.messages.map((open) => open.message),
        enums: types.enums,
        services: buildServices(context, serviceIds),
      };
    }),
  };
}

/** An error's id is unique in its package, and so in each of its services. */
function checkErrorIds(
  files: readonly { context: BuildContext; types: DeclaredTypes }[],
  report: Report,
): void {
  const scopes = new Map<string, IdScope>();
  for (const { context, types } of files) {
    const { package: name } = context.parsed;
    const scope = scopes.get(name) ?? new IdScope('(fio.error)', report);
    scopes.set(name, scope);
    for (const { message } of types.messages) {
      if (message.error !== undefined)
        scope.take(message.error.id, message.fullName, message.place);
    }
  }
}
