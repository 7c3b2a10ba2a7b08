import type { Declared, Member, ModelFile, Oneof } from '../model';
import { moduleName, typeName } from '../names';

/** Words that mean something to Python, and names that the stubs' own annotations need. */
const RESERVED = words(
  'False None True and as assert async await break class continue def del elif else except ' +
    'finally for from global if import in is lambda nonlocal not or pass raise return try while ' +
    'with yield int str bytes bool float list dict self super NotImplementedError',
);
/** What a number of an IntEnum has already. */
const RESERVED_IN_ENUMS = words(
  'mro name value real imag numerator denominator conjugate bit_length bit_count to_bytes ' +
    'from_bytes as_integer_ratio',
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/** `ReadBalance` becomes `read_balance`, `HTTPGet` becomes `http_get`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** The name of the Python module of a .proto file: `a/my-shop.proto` becomes `my_shop`. */
export function pythonModule(protoPath: string): string {
  return allowed(
    moduleName(protoPath)
      .replace(/\W/g, '_')
      .replace(/^(?=\d)/, '_'),
  );
}

/** A name that Python allows in a class, and does not change there. */
export function allowed(name: string): string {
  return RESERVED.has(name) ? `${name}_` : name.replace(/^__(?=.)/, 'u__');
}

/** Likewise, in an enum: names with an underscore at both ends are Python's own there. */
export function allowedInEnum(name: string): string {
  return RESERVED_IN_ENUMS.has(name) || /^_.*_$/.test(name) ? `${name}_u` : allowed(name);
}

/** Gives each thing a name of its own: who comes later gets an underscore more. */
export class Names {
  private readonly taken = new Set<string>();

  take(wanted: string): string {
    let name = allowed(wanted);
    while (this.taken.has(name)) name += '_';
    this.taken.add(name);
    return name;
  }
}

/** The attributes of a message's class, in the sequence of its members. */
export function attributes(members: readonly Member[]): ReadonlyMap<Member, string> {
  const names = new Names();
  return new Map(members.map((member) => [member, names.take(member.name)]));
}

/** What a module calls its declarations. The same file gives the same names wherever it is asked. */
export class ModuleNames {
  private readonly names = new Names();
  private readonly types = new Map<string, string>();
  private readonly codecs = new Map<string, string>();
  private readonly cases = new Map<string, string>();

  constructor(file: ModelFile) {
    for (const type of [...file.enums, ...file.messages]) {
      this.types.set(type.fullName, this.names.take(typeName(type)));
    }
    for (const { fullName, path } of [...file.messages, ...file.enums]) {
      this.codecs.set(fullName, this.names.take(`${typeName({ path })}_codec`));
    }
    for (const message of file.messages) {
      const oneofs = message.members.filter((one): one is Oneof => one.kind === 'oneof');
      for (const oneof of oneofs) {
        for (const one of oneof.cases) {
          const wanted = `${typeName(message)}_${oneof.name}_${one.name}`;
          this.cases.set(caseKey(message, one.number), this.names.take(wanted));
        }
      }
    }
  }

  type({ fullName }: Declared): string {
    return this.types.get(fullName) ?? '';
  }

  codec({ fullName }: Declared): string {
    return this.codecs.get(fullName) ?? '';
  }

  /** The class of a oneof's case. */
  oneofCase(message: Declared, number: number): string {
    return this.cases.get(caseKey(message, number)) ?? '';
  }

  /** A name for something that no other module refers to. */
  local(wanted: string): string {
    return this.names.take(wanted);
  }
}

function caseKey({ fullName }: Declared, number: number): string {
  return `${fullName} ${number}`;
}
