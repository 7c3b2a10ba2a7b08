import { optionsOf, type OptionSetting } from './declaration-parts';
import type { Declaration } from './outline';
import type { Report } from './problem';

export type OptionLevel =
  'file' | 'message' | 'field' | 'oneof' | 'enum' | 'value' | 'service' | 'rpc';

/** What is understood where. What only other languages look at is let through. */
const KNOWN: Readonly<Record<OptionLevel, readonly string[]>> = {
  file: [
    ...['java_package', 'java_outer_classname', 'java_multiple_files', 'optimize_for'],
    ...['java_generate_equals_and_hash', 'java_string_check_utf8', 'go_package', 'deprecated'],
    ...['cc_generic_services', 'java_generic_services', 'py_generic_services', 'cc_enable_arenas'],
    ...['objc_class_prefix', 'csharp_namespace', 'swift_prefix', 'php_class_prefix'],
    ...['php_namespace', 'php_metadata_namespace', 'ruby_package'],
  ],
  message: ['deprecated', 'no_standard_descriptor_accessor', '(fio.error)', '(fio.code)'],
  field: ['deprecated', 'jstype', 'json_name', 'packed', 'lazy', 'ctype', 'debug_redact'],
  oneof: [],
  enum: ['deprecated', 'allow_alias'],
  value: ['deprecated', 'debug_redact'],
  service: ['deprecated', '(fio.service)'],
  rpc: ['deprecated', '(fio.method)', '(fio.idempotent)'],
};

const FLAGS: ReadonlySet<string> = new Set(['deprecated', 'allow_alias', 'packed', 'lazy']);

export type Settings = ReadonlyMap<string, OptionSetting>;

/** The options of a declaration by their names; refuses unknown ones and those set twice. */
export function readOptions(
  declaration: Declaration,
  level: OptionLevel,
  report: Report,
): Settings {
  return readSettings(optionsOf(declaration), level, report);
}

export function readSettings(
  options: readonly OptionSetting[],
  level: OptionLevel,
  report: Report,
): Settings {
  const settings = new Map<string, OptionSetting>();
  for (const option of options) {
    const { name, place, value } = option;
    if (!KNOWN[level].includes(name)) {
      report.add(place, `the option ${name} is not known here`, adviceFor(name, level));
    } else if (settings.has(name)) {
      report.add(place, `the option ${name} is set twice`, 'Remove one of the two.');
    } else {
      settings.set(name, option);
      if (FLAGS.has(name) && value?.text !== 'true' && value?.text !== 'false') {
        const advice = `Write \`${name} = true\`.`;
        report.add(value?.place ?? place, `the option ${name} is true or false`, advice);
      }
    }
  }
  return settings;
}

export function isSet(settings: Settings, name: string): boolean {
  return settings.get(name)?.value?.text === 'true';
}

function adviceFor(name: string, level: OptionLevel): string {
  if (name === 'idempotency_level') return 'Write `option (fio.idempotent) = IDEMPOTENT;`.';
  if (name === 'default') return 'Remove it: in proto3 every default is zero, false or empty.';
  const home = Object.entries(KNOWN).find(([, names]) => names.includes(name))?.[0];
  const known = KNOWN[level].length > 0 ? `; known here: ${KNOWN[level].join(', ')}` : '';
  if (home !== undefined) return `It belongs to ${ARTICLES[home as OptionLevel]}${known}.`;
  return level === 'file' ? 'Remove it, or check its spelling.' : `Remove it${known}.`;
}

const ARTICLES: Readonly<Record<OptionLevel, string>> = {
  file: 'the file',
  message: 'a message',
  field: 'a field',
  oneof: 'a oneof',
  enum: 'an enum',
  value: 'an enum value',
  service: 'a service',
  rpc: 'an rpc',
};
