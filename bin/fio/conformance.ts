import { InvalidArgumentError, Option, type Command } from 'commander';
import { CAPABILITIES } from '../../src/conformance/model';
import { formatAddress, parseAddress } from '../../src/rpc/index';
import type { ConformanceOptions } from './conformance/options';
import type * as runner from './conformance/run-conformance';

const HELP = `
The peer under test speaks the service of conformance.proto: \`fio conformance --proto\` prints it.
A server serves it at an address. A client is a program that reads a line of JSON for each case on
its standard input, makes the calls that the line says, and writes a line with their outcomes.
docs/CONFORMANCE.md has both in full, docs/PROTOCOL.md the sections (§) that the cases check.

  fio conformance --server 127.0.0.1:7000
  fio conformance --client 'python3 my_client.py' --only handshake §8.1 ping --stop
  fio conformance --server 127.0.0.1:7000 --lacks deflate --json

Exit code 0: nothing has failed; 1: something has; 2: wrong arguments.`;

export function addConformanceCommand(program: Command): void {
  program
    .command('conformance')
    .description('check a server or a client of Fio/1, case by case')
    .option('--server <host:port>', 'check the server that listens there', checkedAddress)
    .option('--client <command>', 'check the client that this command of the shell starts')
    .option('--own', 'check the server and the client of this package')
    .option('--only <words...>', 'cases with these words in name or group, or of these sections')
    .addOption(new Option('--lacks <what...>', 'what it need not have').choices(CAPABILITIES))
    .option('--stop', 'run nothing more when a case has failed')
    .option('--json', 'write the results as JSON')
    .addOption(new Option('--markdown', 'write the results as a page').conflicts('json'))
    .option('--cases', 'run nothing, and write the cases as JSON')
    .option('--proto', 'run nothing, and write conformance.proto')
    .addHelpText('after', HELP)
    .action((options: ConformanceOptions, command: Command) =>
      loadRunner().runConformance(options, command),
    );
}

/**
 * Who runs no cases does not pay for loading them, and does not need their stub: it is made by
 * another command of this program. Not import(): it needs the extension of the compiled file.
 */
function loadRunner(): typeof runner {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./conformance/run-conformance') as typeof runner;
}

function checkedAddress(text: string): string {
  try {
    return formatAddress(parseAddress(text));
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : '');
  }
}
