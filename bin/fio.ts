#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addConformanceCommand } from './fio/conformance';
import { addDecodeCommand } from './fio/decode';
import { addStubsCommand } from './fio/stubs';

const USAGE_EXIT_CODE = 2;

const program = new Command('fio')
  .description('The tool of the Fio protocol: each command has its own --help.')
  .exitOverride()
  .showHelpAfterError('Try `fio --help`.');
addStubsCommand(program);
addDecodeCommand(program);
addConformanceCommand(program);

void main();

async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help that was asked for is no error; commander has written everything already.
      process.exitCode = error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
      return;
    }
    process.exitCode = 1;
    process.stderr.write(`fio: ${describe(error)}\n`);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = process.env.FIO_DEBUG === undefined ? error.message : error.stack;
  return text ?? error.message;
}
