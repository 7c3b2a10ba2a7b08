import { ERROR_CODES } from './error-ids';
import type { ErrorIds, Field, MessageType, Method, Model, Service } from './model';
import type { Report } from './problem';
import type { Source } from './source';

/**
 * What was ever published, as text that compares with ==. It is committed beside the sources, so
 * that a change that old programs cannot read is refused before it is made.
 */
export interface Lock {
  readonly version: 1;
  /** By full name: by number, `string wallet` or `oneof result: string wallet`. */
  readonly messages: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By full name: by the value's name, its number. */
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly services: Readonly<Record<string, LockedService>>;
  /** By the full name of the detail: `1 FAILED_PRECONDITION`. Left out where there are none. */
  readonly errors?: Readonly<Record<string, string>>;
}

export interface LockedService {
  readonly id: number;
  /** By id: `ReadBalance(wallet.Request) returns (stream wallet.Reply)`. */
  readonly methods: Readonly<Record<string, string>>;
}

export function lockOf(model: Model): Lock {
  const messages = model.files.flatMap((file) => file.messages);
  const enums = model.files.flatMap((file) => file.enums);
  const services = model.files.flatMap((file) => file.services);
  return {
    version: 1,
    messages: sorted(messages.map((message) => [message.fullName, lockMessage(message)])),
    enums: sorted(
      enums.map((type) => [
        type.fullName,
        Object.fromEntries(type.values.map((value) => [value.name, value.number])),
      ]),
    ),
    services: sorted(services.map((service) => [service.fullName, lockService(service)])),
    ...lockErrors(messages),
  };
}

function lockErrors(messages: readonly MessageType[]): Pick<Lock, 'errors'> {
  const errors = messages.flatMap(({ fullName, error }): [string, string][] =>
    error === undefined ? [] : [[fullName, lockError(error)]],
  );
  return errors.length === 0 ? {} : { errors: sorted(errors) };
}

export function lockError({ id, code }: ErrorIds): string {
  return `${id} ${ERROR_CODES[code - 1] ?? ''}`;
}

function sorted<T>(entries: [string, T][]): Record<string, T> {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

// Keys that are numbers come in ascending sequence, whatever the sequence of the entries.
function lockMessage(message: MessageType): Record<string, string> {
  const entries = message.members.flatMap((member): [number, string][] =>
    member.kind === 'field'
      ? [[member.number, lockField(member)]]
      : member.cases.map((one) => [one.number, `oneof ${member.name}: ${lockField(one)}`]),
  );
  return Object.fromEntries(entries);
}

function lockField(field: Field): string {
  return `${typeText(field)} ${field.name}`;
}

/** The type with its label. A message is there or not, with `optional` as without it. */
export function typeText(field: Field): string {
  const { type, label, key } = field;
  const name = type.kind === 'scalar' ? type.name : type.fullName;
  if (label === 'map') return `map<${key?.name ?? ''}, ${name}>`;
  if (label === 'repeated') return `repeated ${name}`;
  return label === 'optional' && type.kind !== 'message' ? `optional ${name}` : name;
}

function lockService(service: Service): LockedService {
  const methods = service.methods.map((method) => [method.id, lockMethod(method)] as const);
  return { id: service.id, methods: Object.fromEntries(methods) };
}

export function lockMethod(method: Method): string {
  const streamsIn = method.kind === 'client-streaming' || method.kind === 'bidirectional';
  const streamsOut = method.kind === 'server-streaming' || method.kind === 'bidirectional';
  const input = `${streamsIn ? 'stream ' : ''}${method.input.fullName}`;
  const output = `${streamsOut ? 'stream ' : ''}${method.output.fullName}`;
  return `${method.name}(${input}) returns (${output})`;
}

export function formatLock(lock: Lock): string {
  return `${JSON.stringify(lock, null, 2)}\n`;
}

// ---- reading -------------------------------------------------------------------------------

const ADVICE = 'Restore the file from version control, or resolve its conflicts by hand.';

/** Undefined when the text is not a lock file; that is reported. */
export function readLock(source: Source, report: Report): Lock | undefined {
  let value: unknown;
  try {
    value = JSON.parse(source.text);
  } catch (error) {
    const offset = Number(/position (\d+)/.exec(String(error))?.[1] ?? 0);
    report.add({ source, offset, length: 1 }, 'the lock file is not JSON', ADVICE);
    return undefined;
  }
  if (isLock(value)) return value;
  const isNewer = isRecord(value) && typeof value.version === 'number' && value.version > 1;
  report.add(
    { source, offset: 0, length: 1 },
    isNewer ? 'the lock file was made by a later version of fio' : 'this is not a lock file of fio',
    isNewer ? 'Use that version.' : ADVICE,
  );
  return undefined;
}

function isLock(value: unknown): value is Lock {
  return (
    isRecord(value) &&
    value.version === 1 &&
    isRecordOf(value.messages, (message) =>
      isRecordOf(message, (field) => typeof field === 'string' && LOCKED_FIELD.test(field)),
    ) &&
    isRecordOf(value.enums, (type) => isRecordOf(type, (number) => typeof number === 'number')) &&
    isRecordOf(value.services, isLockedService) &&
    isRecordOf(value.errors ?? {}, (error) => typeof error === 'string')
  );
}

function isLockedService(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.id === 'number' &&
    isRecordOf(value.methods, (method) => typeof method === 'string')
  );
}

function isRecordOf(value: unknown, isMember: (member: unknown) => boolean): boolean {
  return isRecord(value) && Object.values(value).every(isMember);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const LOCKED_FIELD = /^(?:oneof (\w+): )?(.+) (\w+)$/;

export interface LockedField {
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly oneof: string | undefined;
}

/** The fields of a locked message, in ascending number. */
export function lockedFields(message: Readonly<Record<string, string>>): LockedField[] {
  return Object.entries(message).map(([number, text]) => {
    const [, oneof, type = '', name = ''] = LOCKED_FIELD.exec(text) ?? [];
    return { number: Number(number), name, type, oneof };
  });
}
