#!/usr/bin/env node
import { runTool } from './fio/tool/tool';

void main();

async function main(): Promise<void> {
  const stop = new AbortController();
  // The first Ctrl-C ends what is going on; a second one kills, as it always does.
  process.once('SIGINT', () => stop.abort());
  // A reader that has gone is told by the writes themselves.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  const { stdin, stdout, stderr, env } = process;
  const exitCode = await runTool(process.argv.slice(2), {
    stdin,
    stdout,
    stderr,
    env,
    signal: stop.signal,
  });
  // `stubs` and `decode` say it themselves.
  if (exitCode !== 0) process.exitCode = exitCode;
}
