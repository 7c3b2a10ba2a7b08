import type { EnumType, Field, MessageType, Model, ModelFile, ScalarType } from '../model';
import { ModuleNames, pythonModule } from './names';

const SCALARS: Readonly<Record<string, string>> = {
  bool: 'bool',
  string: 'str',
  bytes: 'bytes',
  float: 'float',
  double: 'float',
};

/** What the code of one file calls types, its own and those of other files. */
export class References {
  readonly own: ModuleNames;
  private readonly modules: ReadonlyMap<string, ModuleNames>;
  private readonly used = new Set<string>();

  constructor(
    private readonly file: ModelFile,
    model: Model,
  ) {
    this.modules = new Map(model.files.map((one) => [one.name, new ModuleNames(one)]));
    this.own = this.modules.get(file.name) ?? new ModuleNames(file);
  }

  /** A value's type in an annotation; a message without "or none". */
  type(type: ScalarType | EnumType | MessageType): string {
    if (type.kind === 'scalar') return SCALARS[type.name] ?? 'int';
    const name = this.prefix(type.file) + this.names(type.file).type(type);
    return type.kind === 'enum' ? `${name} | int` : name;
  }

  /** What reads and writes a value. */
  codec(type: ScalarType | EnumType | MessageType): string {
    if (type.kind === 'scalar') return `_fio.scalar("${type.name}")`;
    return this.prefix(type.file) + this.names(type.file).codec(type);
  }

  /** A field's type in an annotation, and its default. */
  field({ type, label, key }: Field): { type: string; initial: string } {
    const value = this.type(type);
    if (label === 'repeated') {
      return { type: `list[${value}]`, initial: '_field(default_factory=list)' };
    }
    if (label === 'map' && key !== undefined) {
      const keys = SCALARS[key.name] ?? 'int';
      return { type: `dict[${keys}, ${value}]`, initial: '_field(default_factory=dict)' };
    }
    if (label === 'optional' || type.kind === 'message') {
      return { type: `${value} | None`, initial: 'None' };
    }
    return { type: value, initial: this.initial(type) };
  }

  /** The lines that import the modules that were referred to. */
  imports(): string[] {
    return [...this.used].sort().map((name) => `from . import ${name} as _m_${name}`);
  }

  private initial(type: ScalarType | EnumType): string {
    if (type.kind === 'enum') {
      return `${this.prefix(type.file)}${this.names(type.file).type(type)}(0)`;
    }
    if (type.name === 'bool') return 'False';
    if (type.name === 'string') return '""';
    if (type.name === 'bytes') return 'b""';
    return type.name === 'float' || type.name === 'double' ? '0.0' : '0';
  }

  private names(file: string): ModuleNames {
    return this.modules.get(file) ?? this.own;
  }

  private prefix(file: string): string {
    if (file === this.file.name) return '';
    const name = pythonModule(file);
    this.used.add(name);
    return `_m_${name}.`;
  }
}
