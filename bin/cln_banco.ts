#!/usr/bin/env node
// The wallet client: carries out the commands S, O, X and F of its standard input.
import { client } from '../src/rpc/index';
import { connectTo } from '../src/services/binder/target';
import { Wallet } from '../src/services/gen/wallet';
import { parseArguments, serverAddress, walletName } from './support/arguments';
import { CALL, CHANNEL } from './support/calls';
import { runCommands, wholeNumber } from './support/commands';
import { print } from './support/output';
import { runProgram } from './support/program';
import { channelSecurity, takeSecurity } from './support/security';

void runProgram('cln_banco <wallet> <host:port of the wallet server>', async (args) => {
  const security = takeSecurity(args, 'client');
  const [name, server] = parseArguments(security.rest, walletName, serverAddress);
  const channel = connectTo(server, { ...CHANNEL, ...channelSecurity(security) });
  const wallet = client(Wallet, channel);
  try {
    await runCommands(process.stdin, [
      {
        form: 'S',
        run: async () => print((await wallet.readBalance({ wallet: name }, CALL)).value),
      },
      {
        form: 'O value',
        run: async (value = '') => {
          const request = { wallet: name, value: wholeNumber(value) };
          const { status, order } = await wallet.createOrder(request, CALL);
          await print(status === 0 ? order : status);
        },
      },
      {
        form: 'X order value wallet',
        run: async (order = '', value = '', to = '') => {
          const request = { order: wholeNumber(order), check: wholeNumber(value), wallet: to };
          await print((await wallet.transfer(request, CALL)).status);
        },
      },
      {
        form: 'F',
        isLast: true,
        run: async () => print((await wallet.end({}, CALL)).pending),
      },
    ]);
  } finally {
    await channel.close();
  }
});
