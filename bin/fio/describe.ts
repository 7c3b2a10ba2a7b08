import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { DescribeReply } from '../../src/rpc/index';
import { writeIfChanged } from './files';
import { packagesOf, parentOf, type Declaration } from './proto/declarations';
import { protoFiles, reachable } from './proto/files';
import { declarationText, methodText, TypeNames } from './proto/proto-text';
import { ask, BUILTIN, find, type Named } from './remote/names';
import { addRemote, withRemote, type RemoteOptions } from './remote/remote';
import { print, type Io } from './tool/io';
import { paintFor, type Paint } from './tool/paint';
import { printable } from './tool/printable';

const HELP = `
Examples:
  $ fio describe localhost:5555                       all that it serves
  $ fio describe localhost:5555 Wallet                one service, with its types
  $ fio describe localhost:5555 Wallet.Transfer       one method, and what it takes and gives
  $ fio describe localhost:5555 WatchEvent            one type, and the types in it
  $ fio describe localhost:5555 Wallet --out protos   as files, for \`fio stubs\``;

interface DescribeOptions extends RemoteOptions {
  readonly out?: string;
}

export function addDescribeCommand(program: Command, io: Io): void {
  addRemote(
    program.command('describe').description('show services, methods and types as .proto text'),
  )
    .argument('[name]', 'Service, Service.Method or Type; none: everything but fio.Builtin')
    .option('--out <dir>', 'write .proto files there, one for each package')
    .addHelpText('after', HELP)
    .action((server: string, name: string | undefined, options: DescribeOptions) =>
      withRemote(server, options, io, async (remote) => {
        const reply = await ask(remote, name);
        const named = name === undefined ? undefined : find(reply, name);
        if (options.out !== undefined) writeFiles(narrowed(reply, named), options.out, io);
        else await printLines(linesOf(reply, named), io);
      }),
    );
}

/** The description of what was asked for, and nothing else. */
function narrowed(reply: DescribeReply, named: Named | undefined): DescribeReply {
  const services =
    named === undefined
      ? reply.services.filter(({ name }) => name !== BUILTIN)
      : named.kind === 'type'
        ? []
        : [named.service];
  const packages = new Set(services.map(({ name }) => parentOf(name)));
  const roots = [
    ...(named?.kind === 'type' ? [named.type.name] : []),
    ...services.flatMap(({ methods }) => methods.flatMap(({ input, output }) => [input, output])),
    // The errors that the services' calls may end with.
    ...reply.messages
      .filter(({ name, errorId }) => errorId !== 0 && packages.has(parentOf(name)))
      .map(({ name }) => name),
  ];
  return restricted({ ...reply, services }, roots);
}

function restricted(reply: DescribeReply, roots: readonly string[]): DescribeReply {
  // In the sequence in which a reader comes to them.
  const names = [...reachable(reply, roots)];
  return {
    services: reply.services,
    messages: inSequence(reply.messages, names),
    enums: inSequence(reply.enums, names),
  };
}

function inSequence<T extends { readonly name: string }>(
  types: readonly T[],
  names: readonly string[],
): T[] {
  const byName = new Map(types.map((one) => [one.name, one]));
  return names.map((name) => byName.get(name)).filter((one) => one !== undefined);
}

function linesOf(reply: DescribeReply, named: Named | undefined): string[] {
  if (named === undefined || named.kind === 'service') {
    const files = protoFiles(narrowed(reply, named));
    if (files.length === 1) return [...(files[0]?.lines ?? [])];
    return files.flatMap(({ name, lines }, at) => [
      ...(at === 0 ? [] : ['']),
      `// ---- ${name}`,
      ...lines,
    ]);
  }
  const roots =
    named.kind === 'type' ? [named.type.name] : [named.method.input, named.method.output];
  const part = restricted({ ...reply, services: [] }, roots);
  const packages = packagesOf(part);
  const types = packages.flatMap((one) =>
    one.declarations.flatMap((declaration: Declaration) => [
      '',
      ...declarationText(declaration, new TypeNames(one)),
    ]),
  );
  if (named.kind === 'type') return types.slice(1);
  const home = packages.find(({ name }) => name === parentOf(named.service.name));
  const names = new TypeNames(home ?? { name: '', services: [], declarations: [] });
  return [...methodText(named.method, names), ...types];
}

async function printLines(lines: readonly string[], io: Io): Promise<void> {
  const paint = paintFor(io.stdout, io.env);
  for (const line of lines) await print(io, coloured(printable(line), paint));
}

function coloured(line: string, paint: Paint): string {
  if (line.trimStart().startsWith('//')) return paint('dim', line);
  return line.replace(
    /^( *)(syntax|package|import|service|rpc|message|enum|oneof|option)\b/,
    (_, space: string, word: string) => space + paint('cyan', word),
  );
}

function writeFiles(reply: DescribeReply, folder: string, { stderr }: Io): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, lines } of protoFiles(reply)) {
    const path = join(folder, name);
    if (writeIfChanged(path, `${lines.join('\n')}\n`)) stderr.write(`${path}\n`);
  }
}
