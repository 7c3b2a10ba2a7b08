import type { ModelFile } from '../model';
import { FileNames, type RuntimeModules } from './file-names';
import { emitMessage } from './message';
import { emitEnum, emitService } from './service';

/** The TypeScript module of one .proto file. The same model gives the same text. */
export function emitTypeScript(file: ModelFile, modules: RuntimeModules): string {
  const names = new FileNames(file);
  const errors = file.messages.filter(({ error }) => error !== undefined);
  // Services come last: they name the messages' values when the module is loaded.
  const parts = [
    ...file.enums.map(emitEnum),
    ...file.messages.map((message) => emitMessage(message, names)),
    ...file.services.map((service) => emitService(service, names, errors)),
  ];
  const head = [`// Made by \`fio stubs\` from ${file.name}; do not edit.`];
  const imports = names.imports(modules);
  return [head, imports, ...parts]
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}
