import { checkLockedMessage } from './lock-check-message';
import { checkLockedService } from './lock-check-service';
import { lockError, readLock, type Lock } from './lock-file';
import type { Declared, EnumType, MessageType, Model } from './model';
import { own } from './own';
import type { Report } from './problem';
import type { Place, Source } from './source';

/**
 * Refuses every change that a program made from an earlier version of the sources could not live
 * with: docs/PROTOCOL.md says which. Additions pass.
 */
export function checkLock(source: Source, model: Model, report: Report): void {
  const lock = readLock(source, report);
  if (lock === undefined) return;
  for (const [kind, declared] of [
    ['messages', model.files.flatMap((file) => file.messages)],
    ['enums', model.files.flatMap((file) => file.enums)],
    ['services', model.files.flatMap((file) => file.services)],
  ] as const) {
    checkGone(source, lock, kind, declared, report);
  }
  for (const file of model.files) {
    for (const message of file.messages) {
      const locked = own(lock.messages, message.fullName);
      if (locked !== undefined) checkLockedMessage(message, locked, report);
      const lockedError = own(lock.errors ?? {}, message.fullName);
      if (lockedError !== undefined) checkLockedError(message, lockedError, report);
    }
    for (const type of file.enums) {
      const locked = own(lock.enums, type.fullName);
      if (locked !== undefined) checkLockedEnum(type, locked, report);
    }
    for (const service of file.services) {
      const locked = own(lock.services, service.fullName);
      if (locked !== undefined) checkLockedService(service, locked, report);
    }
  }
}

function checkGone(
  source: Source,
  lock: Lock,
  kind: 'messages' | 'enums' | 'services',
  declared: readonly Declared[],
  report: Report,
): void {
  const present = new Set(declared.map((one) => one.fullName));
  for (const name of Object.keys(lock[kind])) {
    if (present.has(name)) continue;
    report.add(
      lockPlace(source, kind, name),
      `${name}, one of the ${kind}, is not in the sources any more`,
      'Put it back, or give its file to the command too. If no program was ever made from it, ' +
        'remove it from the lock file by hand.',
    );
  }
}

/** Where a name stands in the lock file; the same name cannot be in two of its parts. */
function lockPlace(source: Source, kind: string, name: string): Place {
  const part = Math.max(0, source.text.indexOf(`"${kind}"`));
  const text = `"${name}"`;
  return { source, offset: Math.max(0, source.text.indexOf(text, part)), length: text.length };
}

/** Who knows the error knows it by its number, and what it means by its status. */
function checkLockedError(message: MessageType, locked: string, report: Report): void {
  const now = message.error === undefined ? undefined : lockError(message.error);
  if (now === locked) return;
  const [id = '', code = ''] = locked.split(' ');
  report.add(
    message.place,
    `the error ${message.fullName} was ${locked} and is ${now ?? 'none'} now`,
    `Write \`option (fio.error) = ${id};\` and \`option (fio.code) = ${code};\` in it.`,
  );
}

/** A value may change its name: only its number is on the wire. */
function checkLockedEnum(
  type: EnumType,
  locked: Readonly<Record<string, number>>,
  report: Report,
): void {
  const numbers = new Set(type.values.map((value) => value.number));
  for (const [name, number] of Object.entries(locked)) {
    const value = type.values.find((one) => one.name === name);
    if (value !== undefined && value.number !== number) {
      const text = `${type.fullName}.${name} was ${number} and is ${value.number} now`;
      report.add(value.place, text, `Write \`${name} = ${number};\` again.`);
    } else if (!numbers.has(number)) {
      report.add(
        type.place,
        `the value ${name} = ${number} of ${type.fullName} is gone`,
        `Write \`${name} = ${number} [deprecated = true];\` in the enum again.`,
      );
    }
  }
}
