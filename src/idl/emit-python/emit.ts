import type { Model, ModelFile } from '../model';
import { emitEnum, emitMessage } from './message';
import { References } from './references';
import { emitService } from './service';

/**
 * The Python module of one .proto file, for the package `fio`. It imports those of the other files
 * from the package that it is in itself. The same model gives the same text.
 */
export function emitPython(file: ModelFile, model: Model): string {
  const refs = new References(file, model);
  const errors = file.messages.filter(({ error }) => error !== undefined);
  const parts = [
    ...file.enums.map((type) => emitEnum(type, refs)),
    ...file.messages.map((message) => emitMessage(message, refs)),
    ...file.services.map((service) => emitService(service, refs, errors)),
  ];
  const head = [
    `# Made by \`fio stubs --python\` from ${file.name}; do not edit.`,
    'from __future__ import annotations',
    '',
    'from collections.abc import Iterable as _Iterable',
    'from collections.abc import Iterator as _Iterator',
    'from dataclasses import dataclass as _dataclass',
    'from dataclasses import field as _field',
    'from enum import IntEnum as _IntEnum',
    '',
    'from fio import stub as _fio',
  ];
  const imports = refs.imports();
  const whole = [...head, ...(imports.length === 0 ? [] : ['', ...imports])];
  return [whole, ...parts].map((lines) => `${lines.join('\n')}\n`).join('\n\n');
}
