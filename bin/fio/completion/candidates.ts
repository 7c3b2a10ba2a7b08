import type { Command, Option } from 'commander';
import type { DescribeReply } from '../../../src/rpc/index';
import { BUILTIN } from '../remote/names';
import { SHELLS } from './scripts';

/** What has been typed of a command: the words before the one that is being typed. */
export interface Typed {
  readonly command: Command;
  /** The arguments that are no flags. */
  readonly args: readonly string[];
  /** The flags, and what stands behind them, as they were typed. */
  readonly flags: readonly string[];
  /** A flag that still wants its value. */
  readonly open: Option | undefined;
}

/** Takes a line apart as far as it goes; undefined before a command's name. */
export function typedOf(program: Command, words: readonly string[]): Typed | undefined {
  const [name, ...rest] = words;
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return undefined;
  const args: string[] = [];
  const flags: string[] = [];
  let open: Option | undefined;
  for (const word of rest) {
    if (open !== undefined) {
      flags.push(word);
      open = undefined;
    } else if (word.startsWith('-') && word !== '-') {
      flags.push(word);
      const option = command.options.find((one) => one.long === word || one.short === word);
      if (option?.required === true) open = option;
    } else args.push(word);
  }
  return { command, args, flags, open };
}

/** What needs no server: commands, flags, shells. Undefined: the server knows. */
export function localCandidates(
  program: Command,
  typed: Typed | undefined,
  current: string,
): string[] | undefined {
  if (typed === undefined) {
    const commands = program.commands
      .map((one) => one.name())
      .filter((one) => !one.startsWith('_'));
    return [...commands, '--help'];
  }
  const { command, args, open } = typed;
  if (open !== undefined) return [...(open.argChoices ?? [])];
  if (current.startsWith('-')) {
    return [...command.options.flatMap(({ long }) => (long === undefined ? [] : [long])), '--help'];
  }
  if (command.name() === 'completion') return [...SHELLS];
  return asks(command.name(), args.length) ? undefined : [];
}

/** Whether an argument is a name that the server knows. */
function asks(command: string, place: number): boolean {
  return place === 1 && ['list', 'describe', 'call', 'health'].includes(command);
}

/** The names of a server that a command takes, those of its own services first. */
export function serverCandidates(command: string, reply: DescribeReply, current: string): string[] {
  const services = [...reply.services].sort(
    (a, b) => Number(a.name === BUILTIN) - Number(b.name === BUILTIN),
  );
  const short = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
  const names = services.flatMap((one) => [one.name, short(one.name)]);
  if (command === 'health') return services.map((one) => one.name);
  if (command === 'list') return names;
  const methods = services.flatMap(({ name, methods: all }) =>
    all.flatMap((one) => [`${name}.${one.name}`, `${short(name)}.${one.name}`]),
  );
  if (command === 'call') return methods.filter((one) => one.startsWith(current));
  return [...names, ...methods, ...[...reply.messages, ...reply.enums].map((one) => one.name)];
}
