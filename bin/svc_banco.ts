#!/usr/bin/env node
// The wallet server: reads wallets from standard input, then serves until End is called.
import { isWorker, RpcError, Server, StatusCode } from '../src/rpc/index';
import { Wallet } from '../src/services/gen/wallet';
import { walletHandlers, walletOutcomes } from '../src/services/wallet/wallet-handlers';
import { Watchers } from '../src/services/wallet/watchers';
import { parseArguments, portFor } from './support/arguments';
import { accessOf, LEDGER_FLAGS, openPlace, placeOf } from './support/ledger-place';
import { writeWallets } from './support/wallet-io';
import { runProgram } from './support/program';
import { BINDER_FLAGS, registration } from './support/registering';
import { listenSecurity, serverSecurity, takeSecurity } from './support/security';
import { Lifetime, serve, serveOnProcesses } from './support/serving';
import { requireSharedLedger, WORKER_FLAGS, workersOf } from './support/workers';

/** The answer waits this long for a reader of our output that has stopped reading. */
const OUTPUT_WAIT_MS = 5_000;

const USAGE =
  'svc_banco <port> [--ledger FILE|postgres://...] [--opaque-orders] [--tokens FILE] ' +
  '[--outcomes NUMBER] [--workers NUMBER] < <list of wallets>';
const FLAGS = { ...BINDER_FLAGS, ...LEDGER_FLAGS, ...WORKER_FLAGS };

void runProgram(USAGE, async (args) => {
  const security = takeSecurity(args, 'server', FLAGS);
  const [portNumber] = parseArguments(security.rest, portFor(security.values));
  const workers = workersOf(security.values);
  requireSharedLedger(workers, placeOf(security.values));
  const lifetime = new Lifetime();
  const { ledger } = await openPlace(security.values, lifetime, {
    hasWallets: workers === 1 || !isWorker(),
  });
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
  const handlers = walletHandlers(ledger, onEnd, watchers, accessOf(security));
  const makeServer = () =>
    new Server(serverSecurity(security)).add(Wallet, handlers, walletOutcomes(ledger));
  const options = { ...listenSecurity(security), register: registration(security, [Wallet]) };
  try {
    if (workers > 1) await serveOnProcesses(workers, makeServer, portNumber, lifetime, options);
    else await serve(makeServer(), portNumber, lifetime, options);
    await written;
  } finally {
    await ledger.close();
  }
});

/** Waits for a promise, whichever way it goes, but not longer than the time. */
async function settledWithin(promise: Promise<void>, timeMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise((resolve) => (timer = setTimeout(resolve, timeMs)));
  await Promise.race([promise.catch(() => undefined), expired]);
  clearTimeout(timer);
}
