import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CASES } from '../../../src/conformance/cases/index';
import { ClientCommand } from '../../../src/conformance/client-command';
import { formatMarkdown } from '../../../src/conformance/markdown';
import type { Case } from '../../../src/conformance/model';
import { perform } from '../../../src/conformance/perform';
import { createConformanceServer } from '../../../src/conformance/reference-server';
import { runCases, sidesToRun, type RunInit } from '../../../src/conformance/run';
import { selectCases } from '../../../src/conformance/select';
import { formatAddress } from '../../../src/rpc/index';
import { packageFolder } from '../package-folder';
import { lookAt } from './first-look';
import type { ConformanceOptions } from './options';
import { jsonOf } from './results';
import { Table } from './table';

/** Does what the options of `fio conformance` say. */
export async function runConformance(options: ConformanceOptions, command: Command): Promise<void> {
  const cases = selected(options.only, command);
  if (options.proto === true) process.stdout.write(readProto());
  else if (options.cases === true) write(JSON.stringify(cases, undefined, 2));
  else await check(cases, options, command);
}

async function check(
  cases: readonly Case[],
  options: ConformanceOptions,
  command: Command,
): Promise<void> {
  const { server, client, own } = options;
  if (server === undefined && client === undefined && own === undefined) {
    command.error('error: nothing to check: give --server, --client or --own');
  }
  const reference = createConformanceServer();
  const address = formatAddress(await reference.listen({ port: 0, host: '127.0.0.1' }));
  const program = client === undefined ? undefined : new ClientCommand(client);
  // Who waits does not want to see a client of ours left behind.
  const onSignal = (): void => void program?.close().finally(() => process.exit(1));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    if (server !== undefined) await lookAt(server);
    await run(options, {
      cases,
      reference: address,
      lacking: new Set(options.lacks),
      isOverByFailure: options.stop === true,
      ...(own === true && { server: address, client: perform }),
      ...(server !== undefined && { server }),
      ...(program !== undefined && { client: program.perform }),
    });
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await program?.close();
    await reference.close({ drainMs: 0 });
  }
}

async function run(options: ConformanceOptions, init: RunInit): Promise<void> {
  const isTable = options.json !== true && options.markdown !== true;
  const total = init.cases.flatMap((one) => sidesToRun(one, init)).length;
  const table = new Table(total, isTable, readProto());
  const verdicts = await runCases({
    ...init,
    onCase: (one, side) => table.begin(one, side),
    onVerdict: (verdict) => table.add(verdict),
  });
  table.end(verdicts);
  if (options.json === true) write(JSON.stringify(jsonOf(verdicts, readProto()), undefined, 2));
  if (options.markdown === true) process.stdout.write(formatMarkdown(init.cases, verdicts));
  if (verdicts.some(({ status }) => status === 'failed')) process.exitCode = 1;
}

function selected(words: readonly string[] | undefined, command: Command): readonly Case[] {
  if (words === undefined) return CASES;
  try {
    return selectCases(CASES, words);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return command.error(`error: ${error.message}`);
  }
}

/** What a peer under test has to speak. */
function readProto(): string {
  return readFileSync(join(packageFolder(), 'src/conformance/conformance.proto'), 'utf8');
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}
