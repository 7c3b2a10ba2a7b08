#!/usr/bin/env node
// The line client of the TCP guide: sends each line to the dictionary and prints the answer.
import { client } from '../src/rpc/index';
import { connectTo } from '../src/services/binder/target';
import { answerLine, EXIT } from '../src/services/dictionary/line-client';
import { Dictionary } from '../src/services/gen/dictionary';
import { parseArguments, serverAddress } from './support/arguments';
import { CALL, CHANNEL } from './support/calls';
import { readLines } from './support/lines';
import { print } from './support/output';
import { runProgram } from './support/program';
import { channelSecurity, takeSecurity } from './support/security';

void runProgram('dictionary_client <host> <port>  (or <host:port>)', async (args) => {
  const security = takeSecurity(args, 'client');
  const [server] = parseArguments(asOneAddress(security.rest), serverAddress);
  const channel = connectTo(server, { ...CHANNEL, ...channelSecurity(security) });
  try {
    const dictionary = client(Dictionary, channel);
    for await (const line of readLines(process.stdin)) {
      if (line === EXIT) return;
      await print(await answerLine(dictionary, line, CALL));
    }
  } finally {
    await channel.close();
  }
});

/** The guide's clients are given host and port apart. */
function asOneAddress(args: readonly string[]): readonly string[] {
  const [host = '', port] = args;
  if (args.length !== 2) return args;
  return [host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`];
}
