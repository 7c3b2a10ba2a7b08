#!/usr/bin/env node
// Prints what a wallet holds, now and after each change, until Ctrl-C or the server's end.
import { client } from '../src/rpc/index';
import { connectTo } from '../src/services/binder/target';
import { Wallet } from '../src/services/gen/wallet';
import { parseArguments, serverAddress, walletName } from './support/arguments';
import { CALL, CHANNEL } from './support/calls';
import { print } from './support/output';
import { runProgram } from './support/program';
import { channelSecurity, takeSecurity } from './support/security';

void runProgram('watch_wallet <wallet> <host:port of the wallet server>', async (args) => {
  const security = takeSecurity(args, 'client');
  const [name, server] = parseArguments(security.rest, walletName, serverAddress);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const channel = connectTo(server, { ...CHANNEL, ...channelSecurity(security) });
  try {
    const { signal } = stop;
    const wallet = client(Wallet, channel);
    // It tells at once why a server is not trusted; a call that streams would wait.
    await wallet.readBalance({ wallet: name }, { ...CALL, signal });
    const events = wallet.watch({ wallet: name }, { waitForReady: true, signal });
    for await (const { value } of events) await print(value);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    await channel.close();
  }
});
