#!/usr/bin/env node
// The store client: prints the price, then carries out the commands C, T and F of its input.
import { client } from '../src/rpc/index';
import { connectTo } from '../src/services/binder/target';
import { Store } from '../src/services/gen/store';
import { Wallet } from '../src/services/gen/wallet';
import { parseArguments, serverAddress, walletName } from './support/arguments';
import { CALL, CHANNEL } from './support/calls';
import { runCommands } from './support/commands';
import { print } from './support/output';
import { runProgram } from './support/program';
import { channelSecurity, takeSecurity } from './support/security';

const USAGE = "cln_loja <buyer's wallet> <host:port of the wallet server> <host:port of the store>";

void runProgram(USAGE, async (args) => {
  const security = takeSecurity(args, 'client');
  const [buyer, walletServer, storeServer] = parseArguments(
    security.rest,
    walletName,
    serverAddress,
    serverAddress,
  );
  const options = { ...CHANNEL, ...channelSecurity(security) };
  const channels = [connectTo(walletServer, options), connectTo(storeServer, options)] as const;
  const wallet = client(Wallet, channels[0]);
  const store = client(Store, channels[1]);
  try {
    const { price } = await store.readPrice({}, CALL);
    await print(price);
    await runCommands(process.stdin, [
      {
        form: 'C',
        run: async () => {
          const { status, order } = await wallet.createOrder({ wallet: buyer, value: price }, CALL);
          await print(status === 0 ? order : status);
          if (status === 0) {
            await print((await store.sell({ order }, CALL)).status);
          }
        },
      },
      {
        form: 'T',
        isLast: true,
        run: async () => print((await store.end({}, CALL)).balance),
      },
      {
        form: 'F',
        isLast: true,
        run: async () => print((await wallet.end({}, CALL)).pending),
      },
    ]);
  } finally {
    await Promise.all(channels.map((channel) => channel.close()));
  }
});
