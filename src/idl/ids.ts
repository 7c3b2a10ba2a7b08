import { createHash } from 'node:crypto';
import type { Settings } from './options';
import type { Report } from './problem';
import type { Place } from './source';
import { integerOf } from './tokens';

const ID_MAX = 65_535;

/** The first two bytes of the full name's SHA-256, so that every compiler derives the same. */
export function derivedServiceId(fullName: string): number {
  const id = createHash('sha256').update(fullName, 'utf8').digest().readUInt16BE(0);
  return id === 0 ? 1 : id;
}

const WHAT = {
  '(fio.service)': 'a service',
  '(fio.method)': 'a method',
  '(fio.error)': 'an error',
} as const;

/** The id that an option gives. Undefined if there is none, or none that can be used. */
export function explicitId(
  settings: Settings,
  option: keyof typeof WHAT,
  report: Report,
): number | undefined {
  const setting = settings.get(option);
  if (setting === undefined) return undefined;
  const id = integerOf(setting.value?.text);
  if (id !== undefined && id >= 1 && id <= ID_MAX) return id;
  const found = setting.value?.text ?? 'nothing';
  report.add(
    setting.value?.place ?? setting.place,
    option === '(fio.service)' && id === 0
      ? 'service 0 is built in'
      : `${found} is not an id for ${WHAT[option]}`,
    `Write a number from 1 to ${ID_MAX}.`,
  );
  return undefined;
}

/** Refuses an id that is taken in its scope. */
export class IdScope {
  private readonly owners = new Map<number, string>();

  constructor(
    private readonly option: string,
    private readonly report: Report,
  ) {}

  /** @param place where the id is written, or the name that it was derived from */
  take(id: number, owner: string, place: Place): void {
    const other = this.owners.get(id);
    this.owners.set(id, other ?? owner);
    if (other === undefined) return;
    this.report.add(
      place,
      `${owner} has the id ${id}, which ${other} has already`,
      `Write \`option ${this.option} = N;\` with an N that is free, in one of the two.`,
    );
  }
}
