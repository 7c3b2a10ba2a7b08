import type { EnumType, MessageType, ModelFile } from '../model';
import { moduleName, typeName } from '../names';

/** Names from the runtime, by the module that has them. */
const CODEC_NAMES = ['addEntry', 'MessageCodec'] as const;
const METHOD_NAMES = ['ErrorType', 'MethodDesc', 'ServiceDesc', 'ServiceTypes'] as const;
export type RuntimeName = (typeof CODEC_NAMES)[number] | (typeof METHOD_NAMES)[number];

/** What the generated code uses of JavaScript. */
const GLOBAL_NAMES = ['Map', 'String', 'TypeError', 'Uint8Array'] as const;
type GlobalName = (typeof GLOBAL_NAMES)[number];

/** Where the generated code imports from. */
export interface RuntimeModules {
  /** Has MessageCodec and addEntry. */
  readonly codec: string;
  /** Has ErrorType, MethodDesc, ServiceDesc and ServiceTypes. */
  readonly method: string;
  /** What stands behind the name of another generated module: '' or '.js'. */
  readonly suffix: string;
}

/**
 * What things from outside are called in one generated file. A message may be named like any of
 * them; then the thing from outside is called by another name.
 */
export class FileNames {
  private readonly taken: Set<string>;
  private readonly runtimeUsed = new Map<RuntimeName, string>();
  private readonly typesUsed = new Map<MessageType | EnumType, string>();

  constructor(private readonly file: ModelFile) {
    const own = [...file.messages, ...file.enums, ...file.services];
    this.taken = new Set(own.map(typeName));
  }

  /** A name that JavaScript has: `Map`, or `globalThis.Map` where a message is called that. */
  global(name: GlobalName): string {
    return this.taken.has(name) ? `globalThis.${name}` : name;
  }

  /** A name that the runtime has; it will be imported. */
  runtime(name: RuntimeName): string {
    const used = this.runtimeUsed.get(name) ?? this.take(name, `fio_${name}`);
    this.runtimeUsed.set(name, used);
    return used;
  }

  /** The name of a message or an enum; it will be imported if it is another file's. */
  type(type: MessageType | EnumType): string {
    if (type.file === this.file.name) return typeName(type);
    const used =
      this.typesUsed.get(type) ?? this.take(typeName(type), type.fullName.replace(/\./g, '_'));
    this.typesUsed.set(type, used);
    return used;
  }

  /** The import statements for all that was named so far. */
  imports(modules: RuntimeModules): string[] {
    const byModule = new Map<string, string[]>();
    const add = (module: string, text: string): void => {
      byModule.set(module, [...(byModule.get(module) ?? []), text]);
    };
    for (const [names, module] of [
      [CODEC_NAMES, modules.codec],
      [METHOD_NAMES, modules.method],
    ] as const) {
      for (const name of names) {
        const used = this.runtimeUsed.get(name);
        if (used !== undefined)
          add(module, `${name === 'addEntry' ? '' : 'type '}${as(name, used)}`);
      }
    }
    const types = [...this.typesUsed].sort(([a], [b]) => (a.fullName < b.fullName ? -1 : 1));
    for (const [type, used] of types) {
      add(`./${moduleName(type.file)}${modules.suffix}`, as(typeName(type), used));
    }
    return [...byModule].map(([module, names]) => importLine(module, names));
  }

  private take(name: string, otherwise: string): string {
    const isGlobal = (GLOBAL_NAMES as readonly string[]).includes(name);
    let free = isGlobal || this.taken.has(name) ? otherwise : name;
    while (this.taken.has(free)) free += '_';
    this.taken.add(free);
    return free;
  }
}

function as(name: string, used: string): string {
  return name === used ? name : `${name} as ${used}`;
}

/** A module of types alone is not loaded at all. */
function importLine(module: string, names: readonly string[]): string {
  const onlyTypes = names.every((name) => name.startsWith('type '));
  const list = names.map((name) => (onlyTypes ? name.slice('type '.length) : name)).join(', ');
  return `import ${onlyTypes ? 'type ' : ''}{ ${list} } from '${module}';`;
}
