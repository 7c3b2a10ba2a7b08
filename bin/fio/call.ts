import type { Command } from 'commander';
import {
  RpcError,
  type CallOptions,
  type DynamicMessage,
  type MetadataPair,
} from '../../src/rpc/index';
import { UsageError } from '../support/program';
import {
  addCallOptions,
  callOptionsOf,
  toJsonOptionsOf,
  type CallFlags,
} from './call/call-options';
import { detailOf, learn, type LearnedMethod } from './call/learned-method';
import { runLoad } from './call/load-command';
import { givesMany, perform, takesMany } from './call/perform';
import { manyRequests, onlyRequest, templateOf } from './call/requests';
import { messageToJson } from './json/to-json';
import { addRemote, withRemote, type Remote } from './remote/remote';
import { exitCodeOf } from './tool/exit-codes';
import { print, type Io } from './tool/io';
import { paintFor } from './tool/paint';
import { printable } from './tool/printable';
import { reportOf } from './tool/report';
import { SilentExit } from './tool/silent-exit';

const HELP = `
Requests and replies are JSON as proto3 has it: 64-bit integers are strings, bytes are base64.
Several replies come as lines of JSON, as they come. A method that takes many requests reads
lines of JSON from standard input, or takes one from each argument.

Examples:
  $ fio call localhost:5555 Wallet.ReadBalance '{"wallet":"Ana"}'
  $ fio call localhost:5555 Wallet.ReadBalance - < request.json
  $ fio call localhost:5555 Wallet.Watch '{"wallet":"Ana"}' | jq .value
  $ generate | fio call localhost:7000 Math.Sum
  $ fio call localhost:5555 Wallet.Transfer --template
  $ fio call localhost:5555 Wallet.ReadBalance '{"wallet":"Ana"}' --repeat 10000 --concurrency 50

Exit codes: 64 and the status of a call that failed, such as 67 INVALID_ARGUMENT, 69 NOT_FOUND,
78 UNAVAILABLE; 2 for what is no request. docs/FIO.md has all of them.`;

export function addCallCommand(program: Command, io: Io): void {
  const command = addRemote(
    program.command('call').description('call a method, with JSON in and out'),
  )
    .argument('<method>', 'Service.Method')
    .argument('[json...]', 'the request; - or none: standard input, where a method takes many')
    .addHelpText('after', HELP);
  addCallOptions(command).action(
    (server: string, name: string, args: readonly string[], flags: CallFlags) =>
      withRemote(server, flags, io, async (remote) => {
        checkFlags(flags);
        const learned = await learn(remote, name);
        try {
          if (flags.template === true) await print(io, templateOf(learned));
          else if (flags.repeat === undefined) await callOnce(learned, args, flags, remote, io);
          else await runLoad(learned, args, flags, remote, io);
        } finally {
          // Somebody may still be typing requests that nobody will take.
          io.stdin.destroy();
        }
      }),
  );
}

function checkFlags({ repeat, concurrency, json }: CallFlags): void {
  if (repeat !== undefined) return;
  if (concurrency !== undefined) throw new UsageError('--concurrency needs --repeat');
  if (json === true) throw new UsageError('--json needs --repeat: replies are JSON in any case');
}

async function callOnce(
  learned: LearnedMethod,
  args: readonly string[],
  flags: CallFlags,
  remote: Remote,
  io: Io,
): Promise<void> {
  const requests = takesMany(learned)
    ? { many: manyRequests(learned, args, io.stdin) }
    : { one: await onlyRequest(learned, args, io.stdin) };
  const isLong = takesMany(learned) || givesMany(learned);
  const base = isLong ? remote.streamOptions : remote.callOptions;
  const options = verbosely(flags, callOptionsOf(flags, base), io);
  const startedMs = performance.now();
  try {
    await perform(learned, requests, options, (reply) =>
      print(io, replyText(learned, reply, flags)),
    );
  } catch (error) {
    if (!(error instanceof RpcError) || io.signal.aborted) throw error;
    io.stderr.write(`${callReport(learned, error, io)}\n`);
    throw new SilentExit(exitCodeOf(error.code));
  } finally {
    if (flags.verbose === true) {
      io.stderr.write(`${learned.name}: ${(performance.now() - startedMs).toFixed(1)} ms\n`);
    }
  }
}

function replyText(
  { method, types }: LearnedMethod,
  reply: DynamicMessage,
  flags: CallFlags,
): string {
  const json = messageToJson(types, method.output.name, reply, toJsonOptionsOf(flags));
  // JSON.stringify() leaves in what a terminal obeys beyond ASCII; line feeds it has written out.
  if (flags.pretty !== true) return printable(JSON.stringify(json));
  return printable(JSON.stringify(json, undefined, 2));
}

/** A call's error with all that it says: the detail that the IDL declares, when to try again. */
function callReport(learned: LearnedMethod, error: RpcError, io: Io): string {
  const paint = paintFor(io.stderr, io.env);
  const lines = [reportOf(error, paint, io.env.FIO_DEBUG !== undefined)];
  const found = detailOf(learned, error);
  if (found !== undefined) {
    const json = JSON.stringify(messageToJson(learned.types, found.name, found.detail));
    lines.push(printable(`${found.name} ${json}`));
  }
  if (error.retryAfterMs !== undefined) {
    lines.push(`The server asks to wait ${error.retryAfterMs} ms before another try.`);
  }
  return lines.join('\n');
}

function verbosely(flags: CallFlags, options: CallOptions, { stderr }: Io): CallOptions {
  if (flags.verbose !== true) return options;
  const tell = (metadata: readonly MetadataPair[]): void => {
    for (const [name, value] of metadata) {
      stderr.write(printable(`${name}: ${Buffer.from(value).toString('utf8')}`) + '\n');
    }
  };
  return { ...options, onMetadata: tell, onTrailers: tell };
}
