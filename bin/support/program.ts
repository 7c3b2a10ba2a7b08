import { RpcError, StatusCode } from '../../src/rpc/index';
import { wantsHelp } from './help';
import { print } from './output';

/** Arguments or input that cannot be meant: the usage line is shown, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

const FLAGS_USAGE =
  '[--tls] [--ca FILE] [--cert FILE --key FILE] [--token TEXT] [--token-in-clear]' +
  ' [--keylog FILE]' +
  '\nflags of servers: [--binder HOST:PORT[,HOST:PORT]] [--advertise HOST:PORT]';

/** Flags that cannot be meant: those that there are, are shown too. */
export class FlagError extends UsageError {
  override readonly name = 'FlagError';
}

/**
 * Runs a program. What it throws becomes one line on stderr and the exit code: 2 for a UsageError
 * (with the usage line), 1 for anything else. Never calls process.exit(): output that is still on
 * its way is written first, so `main` must leave nothing open.
 * @param text the program's name, then its arguments; and what `--help` alone prints, if that is more
 */
export async function runProgram(
  text: string | { readonly usage: string; readonly help: string },
  main: (args: readonly string[]) => Promise<void>,
): Promise<void> {
  const { usage, help } =
    typeof text === 'string'
      ? { usage: text, help: `usage: ${text}\nflags: ${FLAGS_USAGE}` }
      : text;
  const [name] = usage.split(' ', 1);
  // Without a listener a closed pipe would be an uncaught exception. Who writes there is told by
  // the promise of print(); on stderr there is nobody to tell.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  try {
    const args = process.argv.slice(2);
    await (wantsHelp(args) ? print(help.trimEnd()) : main(args));
  } catch (error) {
    process.exitCode = error instanceof UsageError ? 2 : 1;
    if (hasCode(error, 'EPIPE')) {
      return; // Nobody reads the output any more, which is no news to whoever closed it.
    }
    process.stderr.write(`${name}: ${describe(error)}\n`);
    if (error instanceof UsageError) {
      process.stderr.write(`usage: ${usage}\n`);
    }
    if (error instanceof FlagError) {
      process.stderr.write(`flags: ${FLAGS_USAGE}\n`);
    }
  }
}

/** Whether an error is the system's of this name: `EPIPE`, `EADDRINUSE`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (process.env.FIO_DEBUG !== undefined) {
    return error.stack ?? error.message;
  }
  if (!(error instanceof RpcError)) {
    return error.message;
  }
  if (error.code === StatusCode.DEADLINE_EXCEEDED) {
    return 'the server is there but does not answer; what was asked for may have happened';
  }
  return error.text === '' ? error.message : error.text;
}
