import { lockedFields, typeText, type LockedField } from './lock-file';
import type { Field, MessageType, Oneof } from './model';
import type { Report } from './problem';

interface Placed {
  readonly field: Field;
  readonly oneof: Oneof | undefined;
}

/**
 * Fields have no tags on the wire, so each must stay where it is, and a new one must come last.
 * A field may change its name, which is not on the wire.
 */
export function checkLockedMessage(
  message: MessageType,
  locked: Readonly<Record<string, string>>,
  report: Report,
): void {
  const before = lockedFields(locked);
  const now = placedFields(message);
  const highest = Math.max(0, ...before.map((field) => field.number));
  const renumbered = new Set<string>();
  for (const { field } of now) {
    const old = before.find((one) => one.name === field.name);
    if (old === undefined || old.number === field.number) continue;
    renumbered.add(field.name);
    report.add(
      field.place,
      `${message.fullName}.${field.name} had the number ${old.number} and has ${field.number} now`,
      `Write \`= ${old.number}\` again: the number gives a field its place on the wire.`,
    );
  }
  for (const old of before) {
    const placed = now.find((one) => one.field.number === old.number);
    if (renumbered.has(old.name) || (placed && renumbered.has(placed.field.name))) continue;
    if (placed === undefined) reportGone(message, old, report);
    else checkField(message, placed, old, before, highest, report);
  }
  let next = highest + 1;
  for (const { field } of now) {
    if (before.some((old) => old.number === field.number) || renumbered.has(field.name)) continue;
    if (field.number > highest) {
      next = Math.max(next, field.number + 1);
      continue;
    }
    report.add(
      field.place,
      `the new field ${field.name} has the number ${field.number}, and ${message.fullName} had numbers up to ${highest} before`,
      `Write \`= ${next}\`, or any number above ${highest}: older programs expect what is new at the end.`,
    );
    next++;
  }
}

function placedFields(message: MessageType): Placed[] {
  return message.members.flatMap((member): Placed[] =>
    member.kind === 'field'
      ? [{ field: member, oneof: undefined }]
      : member.cases.map((field) => ({ field, oneof: member })),
  );
}

function reportGone(message: MessageType, old: LockedField, report: Report): void {
  const text = `\`${old.type} ${old.name} = ${old.number}\``;
  const home = old.oneof === undefined ? message.fullName : `the oneof ${old.oneof}`;
  report.add(
    message.place,
    `the field ${text} of ${message.fullName} is gone`,
    `Write \`${old.type} ${old.name} = ${old.number} [deprecated = true];\` in ${home} again.`,
  );
}

function checkField(
  message: MessageType,
  { field, oneof }: Placed,
  old: LockedField,
  before: readonly LockedField[],
  highest: number,
  report: Report,
): void {
  const name = `${message.fullName}.${field.name}`;
  const type = typeText(field);
  if (type !== old.type) {
    report.add(
      field.place,
      `${name} was \`${old.type} ${old.name} = ${old.number}\` and is \`${type} ${field.name} = ${field.number}\` now`,
      `Write \`${old.type}\` again. For another type add a field with a number above ${highest}.`,
    );
  } else if (lowestNow(oneof) !== lowestBefore(old, before)) {
    report.add(
      field.place,
      `${name} was ${inOneof(old.oneof)} and is ${inOneof(oneof?.name)} now`,
      `Move it back. For a new case add a field with a number above ${highest}.`,
    );
  }
}

/** A oneof is told from another by its lowest number; its name may change. */
function lowestNow(oneof: Oneof | undefined): number | undefined {
  return oneof?.cases[0]?.number;
}

function lowestBefore(old: LockedField, before: readonly LockedField[]): number | undefined {
  if (old.oneof === undefined) return undefined;
  return before.find((one) => one.oneof === old.oneof)?.number;
}

function inOneof(name: string | undefined): string {
  return name === undefined ? 'in no oneof' : `in the oneof ${name}`;
}
