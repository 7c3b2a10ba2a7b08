import { FlagError } from './program';

/** The flags that every program takes, and what follows each of them. */
const VALUES = {
  '--ca': 'FILE',
  '--cert': 'FILE',
  '--key': 'FILE',
  '--token': 'TEXT',
  '--keylog': 'FILE',
} as const;
const SWITCHES = ['--tls', '--token-in-clear'] as const;

type SwitchName = (typeof SWITCHES)[number];

/**
 * Flags of one program, or of some, and what follows each of them: `{ '--binder': 'HOST:PORT' }`;
 * nothing follows one of which that is ''.
 */
export type OwnFlags = Readonly<Record<`--${string}`, string>>;

/** What the flags say, before anything has been read or made of them. */
export interface Flags {
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<SwitchName>;
  /** The other arguments, as they are. */
  readonly rest: readonly string[];
}

/**
 * Takes the flags out of a program's arguments, before, between or after the others. Whatever is
 * none of them stays: a wallet may be called `-x`, and a price of `-1` is refused by its own words.
 * @throws FlagError for a flag without its value, with one that it does not take, or given twice
 */
// Not util.parseArgs: it takes every argument that begins with a hyphen for an option.
export function takeFlags(args: readonly string[], own: OwnFlags = {}): Flags {
  const kinds: OwnFlags = { ...VALUES, ...own };
  const values = new Map<string, string>();
  const switches = new Set<SwitchName>();
  const rest: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const text = args[i] ?? '';
    const [name, inline] = splitOnce(text);
    const kind = kindOf(name, kinds);
    if (kind !== undefined) {
      if (values.has(name)) throw new FlagError(`${name} is given twice`);
      if (kind !== '' && inline === undefined) i += 1;
      values.set(name, valueOf(name, kind, inline ?? args[i], inline !== undefined));
    } else if (isSwitchName(name)) {
      if (switches.has(name)) throw new FlagError(`${name} is given twice`);
      if (inline !== undefined) throw new FlagError(`${name} takes no value`);
      switches.add(name);
    } else rest.push(text);
  }
  return { values, switches, rest };
}

function valueOf(name: string, kind: string, text: string | undefined, isInline: boolean): string {
  if (kind === '') {
    if (isInline) throw new FlagError(`${name} takes no value`);
    return '';
  }
  // A flag whose value was forgotten must not swallow the next flag.
  const isMissing = text === undefined || text === '' || (!isInline && text.startsWith('--'));
  if (isMissing) throw new FlagError(`${name} needs a ${kind} after it`);
  return text;
}

function splitOnce(text: string): [string, string?] {
  const at = text.indexOf('=');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function kindOf(name: string, kinds: OwnFlags): string | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name as keyof OwnFlags] : undefined;
}

function isSwitchName(name: string): name is SwitchName {
  return (SWITCHES as readonly string[]).includes(name);
}
