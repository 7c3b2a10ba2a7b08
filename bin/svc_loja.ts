#!/usr/bin/env node
// The store server: sells one product, paid by payment orders of a wallet server.
import { client, Server } from '../src/rpc/index';
import { connectTo } from '../src/services/binder/target';
import { Store } from '../src/services/gen/store';
import { Wallet } from '../src/services/gen/wallet';
import { Shop } from '../src/services/store/shop';
import { endWalletServer, storeHandlers } from '../src/services/store/store-handlers';
import { NO_BALANCE } from '../src/services/wallet/ledger';
import { parseArguments, portFor, price, serverAddress, walletName } from './support/arguments';
import { CALL, CHANNEL } from './support/calls';
import { print } from './support/output';
import { runProgram } from './support/program';
import { BINDER_FLAGS, registration } from './support/registering';
import { channelSecurity, listenSecurity, serverSecurity, takeSecurity } from './support/security';
import { Lifetime, serve } from './support/serving';

const USAGE = "svc_loja <price> <port> <seller's wallet> <host:port of the wallet server>";

void runProgram(USAGE, async (args) => {
  const security = takeSecurity(args, 'server', BINDER_FLAGS);
  const [cost, portNumber, seller, walletServer] = parseArguments(
    security.rest,
    price,
    portFor(security.values),
    walletName,
    serverAddress,
  );
  const channel = connectTo(walletServer, { ...CHANNEL, ...channelSecurity(security) });
  try {
    const wallet = client(Wallet, channel);
    const { value: balance } = await wallet.readBalance({ wallet: seller }, CALL);
    if (balance === NO_BALANCE) {
      process.stderr.write(`svc_loja: '${seller}' has no wallet: every sale will return -3\n`);
    }
    const lifetime = new Lifetime();
    const handlers = storeHandlers({
      shop: new Shop(cost, balance),
      wallet,
      seller,
      onEnd: lifetime.end,
    });
    const server = new Server(serverSecurity(security)).add(Store, handlers);
    const ending = await serve(server, portNumber, lifetime, {
      ...listenSecurity(security),
      register: registration(security, [Store]),
    });
    // The client of End has its answer by now: however long this takes, nobody waits for it.
    if (ending === 'called') {
      await print(await endWalletServer(wallet));
    }
  } finally {
    await channel.close();
  }
});
