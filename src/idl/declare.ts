import { Enum, Type, type Namespace } from 'protobufjs';
import type { Declared, EnumType, EnumValue, Member, MessageType } from './model';
import { readErrorIds } from './error-ids';
import { isSet, readOptions } from './options';
import { nameToken, numberToken } from './declaration-parts';
import type { Declaration } from './outline';
import { own } from './own';
import type { ParsedFile } from './parsed-file';
import type { Report } from './problem';
import type { Symbols } from './symbols';
import { integerOf } from './tokens';

/** What looking up a file's names needs. */
export interface BuildContext {
  readonly parsed: ParsedFile;
  readonly symbols: Symbols;
  readonly report: Report;
}

/** A message whose members are not looked up yet. */
export interface OpenMessage {
  readonly message: MessageType & { readonly members: Member[] };
  readonly type: Type;
  readonly declaration: Declaration;
}

export interface DeclaredTypes {
  /** An outer one before those inside it, else as declared. */
  readonly messages: OpenMessage[];
  readonly enums: EnumType[];
}

/** Makes all names of a file known, so that they can be looked up from everywhere. */
export function declareTypes(context: BuildContext): DeclaredTypes {
  const types: DeclaredTypes = { messages: [], enums: [] };
  const { parsed } = context;
  declareScope(parsed.outline.declarations, [], parsed.space, types, context);
  return types;
}

function declareScope(
  scope: readonly Declaration[],
  outer: readonly string[],
  space: Pick<Namespace, 'nested'>,
  types: DeclaredTypes,
  context: BuildContext,
): void {
  const { parsed, symbols, report } = context;
  for (const declaration of scope) {
    const name = nameToken(declaration)?.text ?? '';
    const object = own(space.nested, name);
    const names = namesOf(declaration, [...outer, name], parsed);
    const { fullName, place } = names;
    if (declaration.kind === 'service') {
      symbols.add({ fullName, place, file: parsed, type: undefined });
    } else if (declaration.kind === 'enum' && object instanceof Enum) {
      const type = readEnum(declaration, names, object, report);
      symbols.add({ fullName, place, file: parsed, type });
      types.enums.push(type);
    } else if (declaration.kind === 'message' && object instanceof Type) {
      const message = openMessage(declaration, names, object, report);
      symbols.add({ fullName, place, file: parsed, type: message.message });
      types.messages.push(message);
      declareScope(declaration.body, names.path, object, types, context);
    }
  }
}

type Names = Omit<Declared, 'doc' | 'deprecated'>;

/** The names and the place of what a declaration declares. */
export function namesOf(
  declaration: Declaration,
  path: readonly string[],
  parsed: ParsedFile,
): Names {
  const fullName = [...(parsed.package === '' ? [] : [parsed.package]), ...path].join('.');
  const place = nameToken(declaration)?.place ?? declaration.place;
  return { file: parsed.source.name, fullName, path, place };
}

function openMessage(
  declaration: Declaration,
  names: Names,
  type: Type,
  report: Report,
): OpenMessage {
  const settings = readOptions(declaration, 'message', report);
  const deprecated = isSet(settings, 'deprecated');
  const error = readErrorIds(settings, report);
  const doc = type.comment ?? '';
  return {
    message: { kind: 'message', ...names, doc, deprecated, error, members: [] },
    type,
    declaration,
  };
}

function readEnum(declaration: Declaration, names: Names, object: Enum, report: Report): EnumType {
  const deprecated = isSet(readOptions(declaration, 'enum', report), 'deprecated');
  const values = declaration.body
    .filter((one) => one.kind === 'value')
    .map((one): EnumValue => {
      const name = nameToken(one)?.text ?? '';
      return {
        name,
        number: integerOf(numberToken(one)?.text) ?? 0,
        doc: own(object.comments, name) ?? '',
        deprecated: isSet(readOptions(one, 'value', report), 'deprecated'),
        place: nameToken(one)?.place ?? one.place,
      };
    });
  return { kind: 'enum', ...names, doc: object.comment ?? '', deprecated, values };
}
