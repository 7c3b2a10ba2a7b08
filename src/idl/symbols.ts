import type { EnumType, MessageType } from './model';
import type { Visibility } from './imports';
import type { ParsedFile } from './parsed-file';
import type { Report } from './problem';
import { positionOf, type Place } from './source';

/** A name that can be looked up. */
export interface Entry {
  readonly fullName: string;
  readonly file: ParsedFile;
  readonly place: Place;
  /** Undefined for a service. */
  readonly type: MessageType | EnumType | undefined;
}

/** All names of a run, by protobuf's rules of scope. */
export class Symbols {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly visibility: Visibility,
    private readonly report: Report,
    /** Some file could not be read: an unknown name may be in it, and is not complained about. */
    private readonly isComplete: boolean,
  ) {}

  add(entry: Entry): void {
    const other = this.entries.get(entry.fullName);
    this.entries.set(entry.fullName, other ?? entry);
    // Within one file the names were compared already.
    if (other === undefined || other.file === entry.file) return;
    const { line } = positionOf(other.place);
    this.report.add(
      entry.place,
      `${entry.fullName} is declared in ${other.place.source.path}:${line} too`,
      'Give one of the two another name, or one of the files another package.',
    );
  }

  /** @param scope the full name of what the name stands in; inner scopes hide outer ones */
  find(name: string, scope: string, file: ParsedFile, place: Place): Entry | undefined {
    const visible = this.visibility.get(file);
    const candidates = candidatesFor(name, scope)
      .map((candidate) => this.entries.get(candidate))
      .filter((entry) => entry !== undefined);
    const entry = candidates.find((one) => visible?.has(one.file));
    if (entry !== undefined) return entry;
    const [hidden] = candidates;
    if (hidden !== undefined) {
      this.report.add(
        place,
        `${hidden.fullName} is declared in a file that is not imported`,
        `Write \`import "${hidden.file.source.name}";\`.`,
      );
    } else if (this.isComplete) {
      this.report.add(place, `there is no type ${name}`, this.adviceFor(name));
    }
    return undefined;
  }

  private adviceFor(name: string): string {
    const last = lastPart(name);
    const scalar = SCALAR_FOR.get(last.toLowerCase());
    if (scalar !== undefined) return `Write \`${scalar}\`.`;
    const close = [...this.entries.values()].find(
      (entry) =>
        entry.type !== undefined && lastPart(entry.fullName).toLowerCase() === last.toLowerCase(),
    );
    if (close !== undefined) return `Write \`${close.fullName}\`.`;
    return 'Declare a message or an enum of this name, or import the file that has it.';
  }
}

/** `Line` in `shop.Order` may be shop.Order.Line, shop.Line or Line. */
function candidatesFor(name: string, scope: string): string[] {
  if (name.startsWith('.')) return [name.slice(1)];
  const parts = scope === '' ? [] : scope.split('.');
  return [...parts.map((_, i) => parts.slice(0, parts.length - i)), []].map((outer) =>
    [...outer, name].join('.'),
  );
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** What people who come from other languages write, and what protobuf calls it. */
const SCALAR_FOR: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ int: 'int32', integer: 'int32', long: 'int64', short: 'int32', int8: 'int32' },
    ...{ int16: 'int32', uint: 'uint32', uint8: 'uint32', uint16: 'uint32', byte: 'uint32' },
    ...{ number: 'double', float32: 'float', float64: 'double', real: 'double' },
    ...{ boolean: 'bool', str: 'string', text: 'string', char: 'string', buffer: 'bytes' },
    ...{ bigint: 'int64', i32: 'int32', i64: 'int64', u32: 'uint32', u64: 'uint64' },
  }),
);
