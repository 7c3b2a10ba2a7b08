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
    else checkField(message, placed, old, { before, now, highest }, report);
  }
  let next = Math.max(highest, ...now.map(({ field }) => field.number)) + 1;
  for (const { field } of now) {
    const isNew = !renumbered.has(field.name) && !before.some((old) => old.number === field.number);
    if (!isNew || field.number > highest) continue;
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

interface Change {
  readonly before: readonly LockedField[];
  readonly now: readonly Placed[];
  /** The highest number before. */
  readonly highest: number;
}

function checkField(
  message: MessageType,
  { field, oneof }: Placed,
  old: LockedField,
  change: Change,
  report: Report,
): void {
  const name = `${message.fullName}.${field.name}`;
  const type = typeText(field);
  if (type !== old.type) {
    report.add(
      field.place,
      `${name} was \`${old.type} ${old.name} = ${old.number}\` and is \`${type} ${field.name} = ${field.number}\` now`,
      `Write \`${old.type}\` again. For another type add a field with a number above ${change.highest}.`,
    );
  } else if (oneof?.name !== old.oneof && !isRenamed(old.oneof, oneof?.name, change)) {
    report.add(
      field.place,
      `${name} was ${inOneof(old.oneof)} and is ${inOneof(oneof?.name)} now`,
      `Move it back. For a new case add a field with a number above ${change.highest}.`,
    );
  }
}

/** Whether a oneof has another name and, of the fields known before, the same as before. */
function isRenamed(
  from: string | undefined,
  to: string | undefined,
  { before, now }: Change,
): boolean {
  if (from === undefined || to === undefined) return false;
  return before.every((old) => {
    const placed = now.find((one) => one.field.number === old.number);
    return placed === undefined || (old.oneof === from) === (placed.oneof?.name === to);
  });
}

function inOneof(name: string | undefined): string {
  return name === undefined ? 'in no oneof' : `in the oneof ${name}`;
}
