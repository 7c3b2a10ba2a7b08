import type {
  DescribeReply,
  EnumDescription,
  MessageDescription,
  ServiceDescription,
} from '../../../src/rpc/index';

/** A message or an enum, and what is declared inside of it. */
export interface Declaration {
  /** Without what it is declared in. */
  readonly name: string;
  readonly fullName: string;
  /** Neither: only what is inside of it is known. */
  readonly message?: MessageDescription;
  readonly enumeration?: EnumDescription;
  readonly inner: Declaration[];
}

/** All of one package. */
export interface Package {
  readonly name: string;
  readonly services: ServiceDescription[];
  readonly declarations: Declaration[];
}

/** Names nest no deeper than a reasonable .proto; what is in here is a peer's word. */
const DEPTH_MAX = 32;

/**
 * What a server has described, as it was declared: by packages, types inside of types. A description
 * has full names alone; a part of one is a package when it begins with a small letter and no type
 * is called so.
 */
export function packagesOf(reply: DescribeReply): Package[] {
  const types = new Map<string, Partial<Declaration>>();
  for (const enumeration of reply.enums) types.set(enumeration.name, { enumeration });
  for (const message of reply.messages) types.set(message.name, { message });
  const packages = new Map<string, Package>();
  const packageNamed = (name: string): Package => {
    const found = packages.get(name) ?? { name, services: [], declarations: [] };
    packages.set(name, found);
    return found;
  };
  for (const service of reply.services) {
    packageNamed(parentOf(service.name)).services.push(service);
  }
  const known = new Set(packages.keys());
  const made = new Map<string, Declaration>();
  const declare = (fullName: string, depth: number): Declaration => {
    const found = made.get(fullName);
    if (found !== undefined) return found;
    const parent = parentOf(fullName);
    const name = fullName.slice(parent === '' ? 0 : parent.length + 1);
    const declaration = { name, fullName, inner: [], ...types.get(fullName) };
    made.set(fullName, declaration);
    const isOuter = depth >= DEPTH_MAX || isPackage(parent, types, known);
    const place = isOuter ? packageNamed(parent).declarations : declare(parent, depth + 1).inner;
    place.push(declaration);
    return declaration;
  };
  for (const { name } of [...reply.messages, ...reply.enums]) declare(name, 0);
  return [...packages.values()];
}

function isPackage(
  name: string,
  types: ReadonlyMap<string, unknown>,
  known: ReadonlySet<string>,
): boolean {
  if (name === '' || known.has(name)) return true;
  return !types.has(name) && !/^[A-Z]/.test(name.slice(name.lastIndexOf('.') + 1));
}

/** `wallet.Wallet` is in `wallet`; a name without a dot is in ''. */
export function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}
