import { Command, CommanderError } from 'commander';
import { UsageError } from '../../support/program';
import { addCallCommand } from '../call';
import { addConformanceCommand } from '../conformance';
import { addCompletionCommand } from '../completion';
import { addDecodeCommand } from '../decode';
import { addDescribeCommand } from '../describe';
import { addHealthCommand } from '../health';
import { JsonError } from '../json/json-error';
import { addListCommand } from '../list';
import { addStatsCommand } from '../stats';
import { addStubsCommand } from '../stubs';
import { ExitCode, exitCodeOfError } from './exit-codes';
import { isColoured, ReaderGone, type Io } from './io';
import { paintFor } from './paint';
import { reportOf } from './report';
import { SilentExit } from './silent-exit';

const HELP = `
A server is host:port, or several with commas, or binder:host:port/Wallet and the like.
It is asked for what it serves, so that no .proto is needed:

  $ fio list localhost:5555
  $ fio describe localhost:5555 Wallet.Transfer
  $ fio call localhost:5555 Wallet.ReadBalance '{"wallet":"Ana"}'

Exit codes: 0 all well, 1 failed, 2 wrong usage, 64 and the status of a call that failed
(78: UNAVAILABLE). docs/FIO.md tells more, by example.`;

/** The commands of `fio`. */
export function makeProgram(io: Io): Command {
  const program = new Command('fio')
    .description('Looks at servers that speak Fio, calls them, and makes stubs for them.')
    .usage('<command> [arguments]')
    .exitOverride()
    .showHelpAfterError('Try --help behind the command.')
    .addHelpText('after', HELP)
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHasColors: () => isColoured(io.stdout, io.env),
      getErrHasColors: () => isColoured(io.stderr, io.env),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
    })
    .configureHelp({
      styleTitle: (text) => `\u001B[1m${text}\u001B[0m`,
      styleSubcommandTerm: (text) => `\u001B[36m${text}\u001B[0m`,
      styleOptionTerm: (text) => `\u001B[36m${text}\u001B[0m`,
    });
  program.commandsGroup('Servers:');
  addListCommand(program, io);
  addDescribeCommand(program, io);
  addCallCommand(program, io);
  addHealthCommand(program, io);
  addStatsCommand(program, io);
  program.commandsGroup('Files:');
  addStubsCommand(program);
  addDecodeCommand(program);
  program.commandsGroup('Other implementations:');
  addConformanceCommand(program);
  program.commandsGroup('Else:');
  addCompletionCommand(program, io);
  program.helpCommand('help [command]', 'what --help prints');
  return program;
}

/**
 * Runs `fio` with these arguments.
 * @returns the exit code; whatever went wrong has been said on stderr
 */
export async function runTool(args: readonly string[], io: Io): Promise<number> {
  try {
    await makeProgram(io).parseAsync(args, { from: 'user' });
    return ExitCode.OK;
  } catch (error) {
    // Commander has said everything already; and nobody hears about a reader that has gone.
    if (error instanceof CommanderError) return exitCodeOfError(error);
    if (error instanceof ReaderGone) return ExitCode.OK;
    if (error instanceof SilentExit) return error.exitCode;
    if (io.signal.aborted) return ExitCode.INTERRUPTED;
    const paint = paintFor(io.stderr, io.env);
    io.stderr.write(`${reportOf(error, paint, io.env.FIO_DEBUG !== undefined)}\n`);
    const isHelpful = error instanceof UsageError && !(error instanceof JsonError);
    if (isHelpful) io.stderr.write('Try --help behind the command.\n');
    return exitCodeOfError(error);
  }
}
