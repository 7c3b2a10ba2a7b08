// The runner: checks any server and any client of Fio/1. README.md says how; --help says it short.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { formatAddress, parseAddress } from '../../src/rpc/index';
import { CASES } from './cases/index';
import { ClientCommand } from './client-command';
import { formatMarkdown } from './markdown';
import { CAPABILITIES, type Capability } from './model';
import { perform } from './perform';
import { formatSums, formatVerdict, type Verdict } from './report';
import { runCases, type RunInit } from './run';
import { createConformanceServer } from './server';

interface RunnerOptions {
  readonly server?: string;
  readonly client?: string;
  readonly own?: true;
  readonly lacks?: readonly Capability[];
  readonly only?: readonly string[];
  readonly json?: true;
  readonly markdown?: true;
  readonly cases?: true;
}

const USAGE_EXIT_CODE = 2;

const program = new Command('conformance')
  .description('Checks servers and clients of Fio/1, case by case.')
  .option('--server <host:port>', 'check the server that listens there', checkedAddress)
  .option('--client <command>', 'check the client that this command of the shell starts')
  .option('--own', 'check the server and the client of this repository')
  .addOption(new Option('--lacks <capability...>', 'what it need not have').choices(CAPABILITIES))
  .option('--only <name...>', 'run these cases alone')
  .option('--json', 'write the results as JSON')
  .option('--markdown', 'write the page docs/CONFORMANCE.md')
  .option('--cases', 'run nothing, and write all cases as JSON')
  .exitOverride()
  .action(main);

// Who reads our output may stop.
process.stdout.on('error', () => undefined);
void program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
});

async function main(options: RunnerOptions): Promise<void> {
  if (options.cases === true) {
    write(JSON.stringify(CASES, undefined, 2));
    return;
  }
  const { server, client, own, lacks, only } = options;
  if (server === undefined && client === undefined && own === undefined) {
    program.error('error: nothing to check: give --server, --client or --own');
  }
  const unknown = only?.find((name) => !CASES.some((one) => one.name === name));
  if (unknown !== undefined) program.error(`error: no case is called ${unknown}`);

  const isTable = options.json !== true && options.markdown !== true;
  const reference = createConformanceServer();
  const address = formatAddress(await reference.listen({ port: 0, host: '127.0.0.1' }));
  const command = client === undefined ? undefined : new ClientCommand(client);
  try {
    const verdicts = await runCases({
      reference: address,
      lacking: new Set(lacks),
      ...(only !== undefined && { only: new Set(only) }),
      ...(own === true && { server: address, client: perform }),
      ...(server !== undefined && { server }),
      ...(command !== undefined && { client: command.perform }),
      // Who waits wants to see each case when it is done.
      ...(isTable && { onVerdict: (verdict: Verdict) => write(formatVerdict(verdict)) }),
    } satisfies RunInit);
    if (options.json === true) write(JSON.stringify(verdicts, undefined, 2));
    else if (options.markdown === true) write(formatMarkdown(CASES, verdicts).trimEnd());
    else write(formatSums(verdicts));
    process.exitCode = verdicts.some(({ status }) => status === 'failed') ? 1 : 0;
  } finally {
    await command?.close();
    await reference.close({ drainMs: 0 });
  }
}

function checkedAddress(text: string): string {
  try {
    return formatAddress(parseAddress(text));
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : '');
  }
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}
