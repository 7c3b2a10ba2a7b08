#!/usr/bin/env node
// Prints what a wallet holds, now and after each change, until Ctrl-C or the server's end.
import { client, connect } from '../src/rpc/index';
import { Wallet } from '../src/services/gen/wallet';
import { parseArguments, serverAddress, walletName } from './support/arguments';
import { CHANNEL } from './support/calls';
import { print } from './support/output';
import { runProgram } from './support/program';

void runProgram('watch_wallet <wallet> <host:port of the wallet server>', async (args) => {
  const [name, server] = parseArguments(args, walletName, serverAddress);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const channel = connect(server, CHANNEL);
  try {
    const options = { waitForReady: true, signal: stop.signal };
    const events = client(Wallet, channel).watch({ wallet: name }, options);
    for await (const { value } of events) await print(value);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    await channel.close();
  }
});
