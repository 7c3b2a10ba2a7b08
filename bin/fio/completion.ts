import { Argument, Command } from 'commander';
import { localCandidates, serverCandidates, typedOf } from './completion/candidates';
import { COMPLETE, SCRIPTS, SHELLS, type Shell } from './completion/scripts';
import { wordsOf } from './completion/words';
import { ask } from './remote/names';
import { addRemote, withRemote, type RemoteOptions } from './remote/remote';
import { write, type Io } from './tool/io';

/** Whoever has pressed Tab does not wait longer for a server. */
const ASK_MS = 1_500;

const HELP = `
Completes commands, flags, and the services, methods and types of the server whose address has been
typed: it is asked, with the flags of the line.

Examples:
  $ source <(fio completion bash)
  $ fio completion zsh > ~/.zfunc/_fio
  $ fio completion fish > ~/.config/fish/completions/fio.fish`;

export function addCompletionCommand(program: Command, io: Io): void {
  program
    .command('completion')
    .description('print a script that teaches your shell to complete fio’s words')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: Shell) => write(io, SCRIPTS[shell]));
  program
    .command(COMPLETE, { hidden: true })
    .argument('[words...]', 'those of the line; the last one is being typed')
    .option('--line <line>', 'the line as a whole, instead')
    .helpOption(false)
    .action(async (words: readonly string[], { line }: { readonly line?: string }) => {
      const found = await complete(program, line === undefined ? words : wordsOf(line), io);
      await write(io, found.map((one) => `${one}\n`).join(''));
    });
}

/** What the last word may become. */
async function complete(program: Command, words: readonly string[], io: Io): Promise<string[]> {
  const current = words.at(-1) ?? '';
  const typed = typedOf(program, words.slice(0, -1));
  const local = localCandidates(program, typed, current);
  const all = local ?? (typed === undefined ? [] : await askServer(typed, current, io));
  return all.filter((one) => one.startsWith(current) && /^[\w./-]+$/.test(one));
}

/** A server that cannot be asked has no names: a line that is being typed is no place for errors. */
async function askServer(
  { command, args: [server = ''], flags }: NonNullable<ReturnType<typeof typedOf>>,
  current: string,
  io: Io,
): Promise<string[]> {
  let found: string[] = [];
  const asking = addRemote(new Command())
    .exitOverride()
    .allowUnknownOption()
    .allowExcessArguments()
    .configureOutput({ writeErr: () => undefined })
    .action((_: string, options: RemoteOptions) =>
      withRemote(server, { ...options, timeout: ASK_MS }, io, async (remote) => {
        found = serverCandidates(command.name(), await ask(remote, current), current);
      }),
    );
  try {
    await asking.parseAsync([...flags, server], { from: 'user' });
  } catch {
    return [];
  }
  return found;
}
