#!/usr/bin/env node
// The wallet server: reads wallets from standard input, then serves until End is called.
import { setTimeout as sleep } from 'node:timers/promises';
import { RpcError, Server, StatusCode } from '../src/rpc/index';
import { Wallet } from '../src/services/gen/wallet';
import { walletHandlers } from '../src/services/wallet/wallet-handlers';
import { Watchers } from '../src/services/wallet/watchers';
import { parseArguments, portFor } from './support/arguments';
import { LEDGER_FLAGS, openPlace } from './support/ledger-place';
import { writeWallets } from './support/wallet-io';
import { runProgram } from './support/program';
import { BINDER_FLAGS, registration } from './support/registering';
import { listenSecurity, serverSecurity, takeSecurity } from './support/security';
import { Lifetime, serve } from './support/serving';

/** The answer waits this long for a reader of our output that has stopped reading. */
const OUTPUT_WAIT_MS = 5_000;

const USAGE =
  'svc_banco <port> [--ledger FILE|postgres://...] [--opaque-orders] < <list of wallets>';

void runProgram(USAGE, async (args) => {
  const security = takeSecurity(args, 'server', { ...BINDER_FLAGS, ...LEDGER_FLAGS });
  const [portNumber] = parseArguments(security.rest, portFor(security.values));
  const lifetime = new Lifetime();
  const { ledger } = await openPlace(security.values, lifetime);
  let written = Promise.resolve();
  const onEnd = async () => {
    written = writeWallets(ledger.balances());
    await settledWithin(written, OUTPUT_WAIT_MS);
    lifetime.end();
  };
  const watchers = new Watchers();
  // A watcher waits for ever: the server would wait for it before it ends.
  void lifetime.over.then(() =>
    watchers.end(new RpcError(StatusCode.UNAVAILABLE, 'the wallet server was stopped')),
  );
  const handlers = walletHandlers(ledger, onEnd, watchers);
  const server = new Server(serverSecurity(security)).add(Wallet, handlers);
  try {
    await serve(server, portNumber, lifetime, {
      ...listenSecurity(security),
      register: registration(security, [Wallet]),
    });
    await written;
  } finally {
    await ledger.close();
  }
});

/** Waits for a promise, whichever way it goes, but not longer than the time. */
async function settledWithin(promise: Promise<void>, timeMs: number): Promise<void> {
  const timeout = new AbortController();
  const settled = promise.catch(() => undefined);
  const expired = sleep(timeMs, undefined, { signal: timeout.signal }).catch(() => undefined);
  await Promise.race([settled, expired]);
  timeout.abort();
}
