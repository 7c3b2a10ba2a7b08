import { client, connect, Server } from '../../src/rpc/index';
import { Wallet } from '../../src/services/gen/wallet';
import { MemoryLedger } from '../../src/services/wallet/memory-ledger';
import { walletHandlers } from '../../src/services/wallet/wallet-handlers';
import { BALANCES } from '../wallets';
import { callInLoops } from './call-loop';
import { HOST, type Peer } from './peer';

/** The whole framework with the handlers and the ledger of the wallet server. */
export const fio: Peer = {
  name: 'Fio',
  warmUpFactor: 1,

  async serve() {
    const handlers = walletHandlers(new MemoryLedger(BALANCES), () => Promise.resolve());
    const { port } = await new Server().add(Wallet, handlers).listen({ host: HOST, port: 0 });
    return port;
  },

  async connect(port) {
    const wallet = client(Wallet, connect(`${HOST}:${port}`));
    // A channel connects at its first call.
    await wallet.readBalance({ wallet: 'nobody' });
    return {
      readBalances: (inFlight, meter) => callInLoops(wallet.readBalance, inFlight, meter),
    };
  },
};
