import type { DescribeReply } from '../../../src/rpc/index';
import { packagesOf, type Declaration, type Package } from './declarations';
import { fileText } from './proto-text';

export interface ProtoFile {
  readonly name: string;
  readonly lines: readonly string[];
}

/** What a server has described as .proto files, one for each package. */
export function protoFiles(reply: DescribeReply): ProtoFile[] {
  const packages = packagesOf(reply);
  const homes = new Map<string, string>();
  for (const one of packages) {
    for (const { fullName } of all(one.declarations)) homes.set(fullName, fileName(one));
  }
  return packages.map((one) => {
    const name = fileName(one);
    const used = [...usedTypes(one)].map((type) => homes.get(type));
    const imports = [...new Set(used)].filter((file) => file !== undefined && file !== name);
    return { name, lines: fileText(one, (imports as string[]).sort()) };
  });
}

/** A name for the file of a package, which is a peer's text: never a path. */
function fileName({ name }: Package): string {
  return `${name === '' ? 'unnamed' : name.replace(/[^\w.]|^\./g, '_')}.proto`;
}

function usedTypes({ services, declarations }: Package): Set<string> {
  const used = new Set<string>();
  for (const { methods } of services) {
    for (const { input, output } of methods) used.add(input).add(output);
  }
  for (const { message } of all(declarations)) {
    for (const { type } of message?.fields ?? []) {
      if (type.startsWith('.')) used.add(type.slice(1));
    }
  }
  return used;
}

function all(declarations: readonly Declaration[]): Declaration[] {
  return declarations.flatMap((one) => [one, ...all(one.inner)]);
}

/** A message, and all that it is made of, by their full names. */
export function reachable(reply: DescribeReply, names: readonly string[]): Set<string> {
  const messages = new Map(reply.messages.map((one) => [one.name, one]));
  const found = new Set(names);
  // A set's iteration comes to what is added on the way.
  for (const name of found) {
    for (const { type } of messages.get(name)?.fields ?? []) {
      if (type.startsWith('.')) found.add(type.slice(1));
    }
  }
  return found;
}
